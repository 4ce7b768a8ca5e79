import { CommanderError } from 'commander';
import { EXIT, type ExitCode } from './exit-code.ts';
import { buildProgram } from './program/build-program.ts';
import type { Io } from './terminal/io.ts';
import { version } from './version.ts';

/**
 * Runs one command and returns the code to end with. Never throws.
 *
 * @param words the command line without node and the program itself
 */
export async function main(words: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = EXIT.passed;
  const program = buildProgram({ io, ended: (ended) => (code = ended) }, version());
  try {
    await program.parseAsync(words, { from: 'user' });
    return code;
  } catch (error) {
    // It has said already what is wrong; help and version are no errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.passed : EXIT.usage;
    const { reportFailure } = await import('./failure.ts');
    return reportFailure(io, error, words.includes('--json'));
  }
}
