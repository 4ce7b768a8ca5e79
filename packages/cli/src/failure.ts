import { isChaosError, messageOf, plainMessage } from '@bridge/chaos-core';
import { EXIT, type ExitCode } from './exit-code.ts';
import { exitCodeOfError } from './exit-code-of.ts';
import { painter } from './terminal/colour.ts';
import type { Io } from './terminal/io.ts';
import { plainText } from './terminal/plain-text.ts';

const LONGEST = 4_000;

/** Says what went wrong, once, and returns the code to end with. With `json` the error is a document on standard output. */
export function reportFailure(io: Io, thrown: unknown, json: boolean): ExitCode {
  const code = exitCodeOfError(thrown);
  const [name, message] = isChaosError(thrown)
    ? [thrown.code, plainMessage(thrown)]
    : ['INTERNAL', `this is a bug of chaos: ${messageOf(thrown)}`];
  if (json) {
    const details = isChaosError(thrown) ? thrown.details : {};
    io.out.write(`${JSON.stringify({ error: { code: name, message: clipped(message), details }, exitCode: code })}\n`);
  }
  io.err.write(`${painter(io.err)('red', 'error')} ${name}: ${plainText(clipped(message))}\n`);
  if (code === EXIT.internal && thrown instanceof Error) io.err.write(`${plainText(thrown.stack ?? '')}\n`);
  return code;
}

function clipped(message: string): string {
  return message.length <= LONGEST ? message : `${message.slice(0, LONGEST - 1).toWellFormed()}…`;
}
