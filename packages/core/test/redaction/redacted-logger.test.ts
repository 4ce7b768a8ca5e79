import { atLevel, createRedactor, type JsonObject, type Logger, silentLogger } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { redactedLogger } from '../../src/redaction/redacted-logger.ts';

/** A logger in pino's shape whose methods need their `this`, as pino's do. */
class Recorder implements Logger {
  readonly lines: [string, JsonObject, string][] = [];
  debug(data: JsonObject, message: string): void {
    this.lines.push(['debug', data, message]);
  }
  info(data: JsonObject, message: string): void {
    this.lines.push(['info', data, message]);
  }
  warn(data: JsonObject, message: string): void {
    this.lines.push(['warn', data, message]);
  }
  error(data: JsonObject, message: string): void {
    this.lines.push(['error', data, message]);
  }
}

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

describe('a logger behind the redactor', () => {
  it.each(LEVELS)('writes no secrets on level %s', (level) => {
    const recorder = new Recorder();
    redactedLogger(recorder, createRedactor({ values: ['hunter2'] }))[level]({ token: 'abc' }, 'it is hunter2');
    expect(recorder.lines).toEqual([[level, { token: '[redacted]' }, 'it is [redacted]']]);
  });

  it('cannot hurt the caller by throwing', () => {
    const broken: Logger = {
      ...silentLogger,
      warn() {
        throw new Error('disk full');
      },
    };
    expect(() => redactedLogger(broken, createRedactor()).warn({}, 'x')).not.toThrow();
  });

  it('costs nothing when it is silent', () => {
    expect(redactedLogger(silentLogger, createRedactor())).toBe(silentLogger);
  });
});

describe('a level', () => {
  it.each([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['silent', []],
  ] as const)('%s lets pass %j', (level, passed) => {
    const recorder = new Recorder();
    const log = atLevel(recorder, level);
    for (const own of LEVELS) log[own]({}, 'x');
    expect(recorder.lines.map(([own]) => own)).toEqual(passed);
  });
});
