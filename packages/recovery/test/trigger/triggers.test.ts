import { appendFile, chmod, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@bridge/chaos-core';
import { virtualClock } from '@bridge/chaos-core/testkit';
import { describe, expect, test } from 'vitest';
import {
  checksum,
  configurationDrift,
  cpuSaturation,
  type Detector,
  defineTrigger,
  heartbeatGap,
  http,
  type Look,
  latency,
  memorySlope,
  missingBinary,
  queueDepth,
  schemaDrift,
  secretInLog,
  sourceError,
  TriggerMonitor,
  triggerFalseAlarms,
} from '../../src/index.ts';
import { testFolder } from '../playbook/scene.ts';

const SIGNAL = new AbortController().signal;

/** Looks, lets the failure happen, looks again. */
async function lookTwice(detector: Detector, fail: () => unknown): Promise<readonly Look['is'][]> {
  const open = await detector({ clock: systemClock, log: silentLogger });
  try {
    const before = await open.look(SIGNAL);
    await fail();
    const after = await open.look(SIGNAL);
    return [before.is, after.is];
  } finally {
    await open.close?.();
  }
}

async function jsonServer(answer: { body: object }) {
  const server = createServer((_, response) => void response.end(JSON.stringify(answer.body))).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`,
    close: () => server.close(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('a detector is quiet while all is well, and sees', () => {
  test('a heartbeat that stops', async () => {
    await using folder = await testFolder();
    const file = join(folder.path, 'beat');
    await writeFile(file, '');
    const detector = heartbeatGap({ last: { file }, longest: '1m' });
    expect(await lookTwice(detector, () => utimes(file, 1_000, 1_000))).toEqual(['good', 'bad']);
    expect(await lookTwice(heartbeatGap({ last: () => undefined, longest: 1 }), () => {})).toEqual(['bad', 'bad']);
  });

  test('a file that does not parse, and one that cannot be imported', async () => {
    await using folder = await testFolder();
    const file = join(folder.path, 'main.mjs');
    await writeFile(file, 'export const a = 1;\n');
    const syntax = sourceError({ files: [file], check: 'syntax' });
    expect(await lookTwice(syntax, () => writeFile(file, 'export const a = ;\n'))).toEqual(['good', 'bad']);
    await writeFile(file, 'export const a = 1;\n');
    const imports = sourceError({ files: [file], check: 'import' });
    expect(await lookTwice(imports, () => writeFile(file, "import './gone.mjs';\n"))).toEqual(['good', 'bad']);
  });

  test('a binary that is gone from the path, or cannot be executed', async () => {
    await using folder = await testFolder();
    const tool = join(folder.path, 'tool');
    await writeFile(tool, '', { mode: 0o755 });
    const detector = missingBinary({ binaries: ['tool'], path: folder.path });
    expect(await lookTwice(detector, () => rm(tool))).toEqual(['good', 'bad']);
    await writeFile(tool, '', { mode: 0o755 });
    expect(await lookTwice(missingBinary({ binaries: [tool] }), () => chmod(tool, 0o644))).toEqual(['good', 'bad']);
  });

  test('an answer whose schema drifts', async () => {
    const answer: { body: object } = { body: { id: 1 } };
    await using server = await jsonServer(answer);
    const detector = schemaDrift({ url: server.url, schema: { type: 'object', required: ['id'] } });
    const drift = (): void => {
      answer.body = { identifier: 1 };
    };
    expect(await lookTwice(detector, drift)).toEqual(['good', 'bad']);
  });

  test('a corrupted file, and a changed configuration', async () => {
    await using folder = await testFolder();
    const file = join(folder.path, 'file');
    await writeFile(file, '');
    const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    expect(await lookTwice(checksum(file, empty), () => appendFile(file, 'x'))).toEqual(['good', 'bad']);
    expect(await lookTwice(configurationDrift([file]), () => appendFile(file, 'x'))).toEqual(['good', 'bad']);
    expect(await lookTwice(configurationDrift([file]), () => rm(file))).toEqual(['good', 'bad']);
  });

  test('processors without rest', async () => {
    const burn = (): void => {
      const until = performance.now() + 200;
      while (performance.now() < until);
    };
    expect((await lookTwice(cpuSaturation({ most: 1 }), burn))[1]).toBe('good');
    expect((await lookTwice(cpuSaturation({ most: 0.01 }), burn))[1]).toBe('bad');
  });

  test('memory that grows, but not a single peak; a queue that is too long', async () => {
    const clock = virtualClock();
    const bytes = [10, 10, 90, 10, 10, 11, 30, 50, 70, 90];
    let at = 0;
    const detector = memorySlope({ bytes: () => bytes[at] ?? 0, perMinute: 500, over: 5 });
    const open = await detector({ clock, log: silentLogger });
    const looks: Look['is'][] = [];
    for (; at < bytes.length; at += 1) {
      looks.push((await open.look(SIGNAL)).is);
      await clock.advance(1_000);
    }
    expect(looks.slice(0, 5)).toEqual(Array(5).fill('good'));
    expect(looks.at(-1)).toBe('bad');
    let depth = 1;
    expect(
      await lookTwice(queueDepth({ depth: () => depth, most: 10 }), () => {
        depth = 11;
      }),
    ).toEqual(['good', 'bad']);
  });

  test('a service that does not answer in time', async () => {
    const server = await jsonServer({ body: {} });
    const probe = http({ name: 'web', url: server.url, timeout: '10s', keepAlive: false });
    const detector = latency({ probe, p95: 9_000, samples: 2 });
    const stop = async (): Promise<void> => server[Symbol.asyncDispose]();
    expect(await lookTwice(detector, stop)).toEqual(['good', 'bad']);
  });

  test('a secret in a log, without repeating it', async () => {
    await using folder = await testFolder();
    const file = join(folder.path, 'log');
    await writeFile(file, 'password=old-secret-before-the-start\n');
    const open = await secretInLog({ file, values: ['hunter2-hunter2'] })({ clock: systemClock, log: silentLogger });
    expect((await open.look(SIGNAL)).is).toBe('good');
    await appendFile(file, 'all is well\nthe word is hunter2-hunter2\n');
    const look = await open.look(SIGNAL);
    expect(look).toMatchObject({ is: 'bad', data: { lines: 1 } });
    expect(JSON.stringify(look)).not.toContain('hunter2-hunter2');
    expect((await open.look(SIGNAL)).is).toBe('good');
  });
});

/** A detector that shows these looks, and the last one for ever. */
function showing(...looks: readonly Look['is'][]): Detector {
  let next = 0;
  return async () => ({
    async look() {
      const is = looks[Math.min(next, looks.length - 1)] ?? 'good';
      next += 1;
      return is === 'good' ? { is } : { is, detail: 'as the test says' };
    },
  });
}

describe('a trigger', () => {
  async function firings(detector: Detector, looks: number): Promise<string[]> {
    const clock = virtualClock();
    const trigger = defineTrigger({ name: 'test', detector, every: '1s', confirm: { failures: 2, of: 3 }, clear: 2 });
    await using monitor = new TriggerMonitor({ triggers: [trigger], clock });
    await clock.advance(looks * 1_000);
    return monitor.recent.map(({ type }) => type);
  }

  test('fires for k of n bad looks, once, and is cleared by good ones in a row', async () => {
    const told = await firings(showing('good', 'bad', 'good', 'bad', 'bad', 'good', 'bad', 'good', 'good'), 20);
    expect(told).toEqual(['trigger:fired', 'trigger:cleared']);
  });

  test('neither fires nor is cleared by looks that could not look', async () => {
    expect(await firings(showing('bad', 'unknown'), 20)).toEqual(['trigger:blind']);
  });

  test('is told again while the alarm lasts', async () => {
    const told = await firings(showing('bad'), 1_300);
    expect(told).toEqual(['trigger:fired', 'trigger:fired', 'trigger:fired']);
  });

  test('knows its own false alarms', async () => {
    const clock = virtualClock();
    const trigger = defineTrigger({
      name: 'test',
      detector: showing('good', 'bad', 'bad', 'bad', 'good'),
      every: '1s',
    });
    const measured = triggerFalseAlarms(trigger, { runs: 10, looks: 10, clock });
    await clock.advance(100_000);
    expect(await measured).toMatchObject({ runs: 10, alarms: 1, rate: 0.1, unknown: 0 });
  });

  test('that contradicts itself is refused', () => {
    const input = { name: 'test', detector: showing('good'), confirm: { failures: 4, of: 3 } };
    expect(() => defineTrigger(input)).toThrow(/CHAOS_TRIGGER_INVALID: test: confirm: expected failures/);
  });
});
