import type { Io } from './io.ts';
import { plainText } from './plain-text.ts';

/** A result as JSON, or as lines for people. */
export function print(io: Io, json: boolean | undefined, value: unknown, lines: () => readonly string[]): void {
  if (json) io.out.write(`${JSON.stringify(value, undefined, 2)}\n`);
  else for (const line of lines()) io.out.write(`${line}\n`);
}

/** A remark on the standard error stream, which no program parses. */
export function remark(io: Io, text: string): void {
  io.err.write(`${plainText(text)}\n`);
}
