import { Command, InvalidArgumentError } from 'commander';
import type { ExitCode } from '../exit-code.ts';
import type { Io } from '../terminal/io.ts';

/** What the commands are hung up in. */
export interface Programme {
  readonly io: Io;
  /** Called with the code of the command that ran. */
  readonly ended: (code: ExitCode) => void;
}

/** A command with the options that all have. */
export function command(name: string, description: string, examples: readonly string[]): Command {
  return new Command(name)
    .description(description)
    .option('-c, --config <file>', 'host file (default: chaos.config.ts, .js, .mjs or .yaml in this folder)')
    .option('-s, --state <folder>', "state folder (default: the host file's, else .chaos)")
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}\n`);
}

/** Adds the options that name files to render reports to. */
export function withReportFiles(to: Command): Command {
  return to
    .option('-o, --output <file>', 'write the report as JSON')
    .option('--junit <file>', 'write JUnit XML')
    .option('--html <file>', 'write one self-contained page')
    .option('--markdown <file>', 'write a summary for CI');
}

/** A whole number from `least`. */
export function whole(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`expected a whole number from ${least}.`);
  };
}

/** Several values of one option, as a list. */
export function several(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}

/** A factor above 0. */
export function factor(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('expected a number above 0.');
}
