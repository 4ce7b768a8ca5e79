import { errorDocument } from './error-document.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { exitCodeOfError } from './exit-code-of.ts';
import { painter } from './terminal/colour.ts';
import type { Io } from './terminal/io.ts';
import { plainText } from './terminal/plain-text.ts';

/** Says what went wrong, once, and returns the code to end with. With `json` the error is a document on standard output. */
export function reportFailure(io: Io, thrown: unknown, json: boolean): ExitCode {
  const exitCode = exitCodeOfError(thrown);
  const error = errorDocument(thrown);
  if (json) io.out.write(`${JSON.stringify({ error, exitCode })}\n`);
  io.err.write(`${painter(io.err)('red', 'error')} ${error.code}: ${plainText(error.message)}\n`);
  if (exitCode === EXIT.internal && thrown instanceof Error) io.err.write(`${plainText(thrown.stack ?? '')}\n`);
  return exitCode;
}
