import { Command } from 'commander';
import { addCompletion } from './completion.ts';
import { addContinuous } from './continuous.ts';
import { addControl } from './control.ts';
import { addExperiments } from './experiments.ts';
import { addImport } from './import.ts';
import { addLedger } from './ledger.ts';
import type { Programme } from './shared.ts';

const EXIT_CODES = `
Exit codes:
  0  passed                  3  invalid or inconclusive: nothing is known of the system
  1  failed                  4  stopped, by a signal too; everything was put back
  2  wrong usage or input    5  something is not proven undone (wins over all)
  70 a bug of chaos          130, 143  ended by a signal while nothing was running

Environment:
  CHAOS_ENABLED=false  nothing is ever injected     CHAOS_STOP_FILE  a second stop file
  CHAOS_ACTOR          who acts, for the record     NO_COLOR, FORCE_COLOR
`;

/** All commands. What one needs is imported when it runs. */
export function buildProgram(programme: Programme, version: string): Command {
  const { out, err } = programme.io;
  const program = new Command('chaos')
    .description('Breaks things on purpose, puts them back, and proves both.')
    .version(version, '-V, --version', 'print the version')
    .helpCommand('help [command]', 'show the help of a command')
    .showSuggestionAfterError()
    // `--version` after a command is the command's own.
    .enablePositionalOptions()
    .addHelpText('after', EXIT_CODES);
  addExperiments(program, programme);
  addContinuous(program, programme);
  addControl(program, programme);
  addImport(program, programme);
  addLedger(program, programme);
  addCompletion(program, programme);
  configure(program);
  return program;

  function configure(command: Command): void {
    command.exitOverride().configureOutput({
      writeOut: (text) => out.write(text),
      writeErr: (text) => err.write(text),
      getOutHasColors: () => out.colour,
      getErrHasColors: () => err.colour,
      getOutHelpWidth: () => out.columns,
      getErrHelpWidth: () => err.columns,
    });
    for (const child of command.commands) configure(child);
  }
}
