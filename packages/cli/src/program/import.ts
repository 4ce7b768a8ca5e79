import { type Command, Option } from 'commander';
import type { ImportCommandOptions } from '../command/import.ts';
import { command, type Programme, several } from './shared.ts';

/** Experiments of other tools. */
export function addImport(program: Command, { io, ended }: Programme): void {
  program.addCommand(
    command('import', 'check a Chaos Toolkit experiment, or run it unchanged', [
      'chaos import experiment.json',
      'chaos import experiment.json --run --compat --journal journal.json',
    ])
      .argument('<file>', 'JSON, YAML or an address')
      .option('--run', 'run it')
      .option('--compat', 'outcomes as Chaos Toolkit has them; without it its traps are errors')
      .option('--allow-shell', 'allow arguments in one text, which go through a shell')
      .option('--python [interpreter]', 'run Python functions that have no counterpart')
      .option('--var <name=value>', 'replace a value of its configuration; may be given several times', several)
      .option('--journal <file>', 'where to write the journal (default: journal.json)')
      .addOption(
        new Option('--hypothesis-strategy <strategy>', 'when the steady state is checked').choices([
          'default',
          'before-method-only',
          'after-method-only',
          'during-method-only',
          'continuously',
          'skip',
        ]),
      )
      .addOption(
        new Option('--rollback-strategy <strategy>', 'when rollbacks run').choices([
          'default',
          'always',
          'never',
          'deviated',
        ]),
      )
      .addOption(new Option('--dry <what>', 'leave these out').choices(['probes', 'actions', 'activities', 'pause']))
      .action(async (file: string, options: ImportCommandOptions) => {
        const { importExperiment } = await import('../command/import.ts');
        ended(await importExperiment(io, file, options));
      }),
  );
}
