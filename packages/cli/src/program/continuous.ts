import type { Command } from 'commander';
import type { CoverageCommandOptions } from '../command/coverage.ts';
import type { DrillCommandOptions } from '../command/drill.ts';
import type { MonkeyCommandOptions } from '../command/monkey.ts';
import type { SuiteCommandOptions } from '../command/suite.ts';
import { command, factor, type Programme, several, whole, withReportFiles } from './shared.ts';

/** What goes on for longer than one experiment: cards and their coverage, suites, the monkey. */
export function addContinuous(program: Command, { io, ended }: Programme): void {
  program.addCommand(
    command('drill', 'drill failure cards: break, and judge what the system did about it', [
      'chaos drill KH001 --version $(git rev-parse HEAD) --environment staging',
      'chaos drill --choose',
      'chaos drill KH001 --null',
    ])
      .argument('[cards...]', 'ids of cards in the files that the host file names under `cards`')
      .option('--choose', 'let risk, staleness and uncertainty choose one')
      .option('--null', 'break nothing: do the detectors keep quiet?')
      .option('--version <text>', 'what is deployed: an image digest, a commit')
      .option('--environment <name>', 'where', 'unnamed')
      .option('--seed <number>', 'choose and pick by this seed', whole(0))
      .action(async (ids: readonly string[], options: DrillCommandOptions) => {
        const { drill } = await import('../command/drill.ts');
        ended(await drill(io, ids, options));
      }),
  );
  program.addCommand(
    command('coverage', 'show what is drilled and what is not, from the ledger', [
      'chaos coverage --environment staging',
      'chaos coverage --version $(git rev-parse HEAD) --at-least 80',
    ])
      .option('--version <text>', 'what is deployed now; drills of other versions are stale')
      .option('--environment <name>', 'where', 'unnamed')
      .option('--at-least <percent>', 'end with 1 below this score', whole(0))
      .action(async (options: CoverageCommandOptions) => {
        const { coverage } = await import('../command/coverage.ts');
        ended(await coverage(io, options));
      }),
  );
  addSuite(program, { io, ended });
  program.addCommand(
    command('monkey', 'start what bridge.runtime.yaml and BRH_* turn on, until a signal', [
      'chaos monkey --print',
      'BRH_CHAOS_ENABLED=true chaos monkey chaos/*.yaml --for 2h',
    ])
      .argument('[experiments...]', 'what to choose from (default: kill a container that has asked for it)')
      .option('--runtime <file>', 'the runtime configuration (default: bridge.runtime.yaml, which need not exist)')
      .option('--for <duration>', 'end after this time')
      .option('--print', 'print what is in force and where it was said, start nothing')
      .action(async (files: readonly string[], options: MonkeyCommandOptions) => {
        const { monkey } = await import('../command/monkey.ts');
        ended(await monkey(io, files, options));
      }),
  );
}

function addSuite(program: Command, { io, ended }: Programme): void {
  program.addCommand(
    withReportFiles(
      command('suite', 'run a suite of scenarios, or a single scenario', [
        'chaos suite --list',
        'chaos suite basic_resilience --param container=api --system chaos/system.yaml',
      ])
        .argument('[name]', 'of a suite or scenario')
        .option('--list', 'list suites and scenarios')
        .option('--param <name=value>', 'a parameter of the scenarios; may be given several times', several)
        .option('--system <file>', 'YAML with what holds for every scenario: steadyState, stopWhen, …')
        .option('--time-scale <factor>', 'multiply how long things last', factor)
        .option('--stop-on-failure', 'stop after the first run that did not pass')
        .option('--seed <number>', 'pick targets by this seed', whole(0)),
    ).action(async (name: string | undefined, options: SuiteCommandOptions) => {
      const { suite } = await import('../command/suite.ts');
      ended(await suite(io, name, options));
    }),
  );
}
