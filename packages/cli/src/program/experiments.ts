import { type Command, Option } from 'commander';
import type { InitOptions } from '../command/init.ts';
import type { PlanOptions } from '../command/plan.ts';
import type { ReplayOptions } from '../command/replay.ts';
import type { ReportOptions } from '../command/report.ts';
import type { RunOptions } from '../command/run.ts';
import { command, type Programme, several, whole, withReportFiles } from './shared.ts';

/** Everything about experiments and their runs. */
export function addExperiments(program: Command, { io, ended }: Programme): void {
  program.addCommand(
    command('init', 'write a commented starter experiment, a host file and a CI job', [
      'chaos init',
      'chaos init services/payments --ci gitlab',
    ])
      .argument('[folder]', 'where', '.')
      .addOption(
        new Option('--ci <system>', 'CI to write a job for').choices(['github', 'gitlab', 'none']).default('github'),
      )
      .option('--force', 'replace files that are there')
      .action(async (folder: string, options: InitOptions) => {
        const { init } = await import('../command/init.ts');
        ended(await init(io, folder, options));
      }),
  );
  program.addCommand(
    command('validate', 'check experiments against what the plugins offer; touches nothing', [
      'chaos validate chaos/*.yaml',
      'cat experiment.yaml | chaos validate -',
    ])
      .argument('<files...>', 'YAML, JSON or modules; - is standard input')
      .action(async (files: readonly string[], options) => {
        const { validate } = await import('../command/validate.ts');
        ended(await validate(io, files, options));
      }),
  );
  program.addCommand(
    command('plan', 'show what a run would do, to exactly what; touches nothing', [
      'chaos plan chaos/starter.yaml',
      'chaos plan chaos/starter.yaml --seed 7 --json',
    ])
      .argument('<file>', 'the experiment')
      .option('--seed <number>', 'pick targets by this seed', whole(0))
      .action(async (file: string, options: PlanOptions) => {
        const { plan } = await import('../command/plan.ts');
        ended(await plan(io, file, options));
      }),
  );
  addRun(program, { io, ended });
  addReport(program, { io, ended });
}

function addRun(program: Command, { io, ended }: Programme): void {
  program.addCommand(
    withReportFiles(
      command('run', 'run an experiment: break, watch, put back, judge', [
        'chaos run chaos/starter.yaml',
        'chaos run chaos/starter.yaml --repeat 20 --junit chaos.xml --html chaos.html',
        'chaos run chaos/starter.yaml --baseline last-good.json',
      ])
        .argument('<file>', 'the experiment')
        .option('--seed <number>', 'pick targets by this seed; with --repeat it rises by one each run', whole(0))
        .option('--repeat <times>', 'run up to this often, until it is known whether it passes often enough', whole(1))
        .option('--baseline <report>', 'hold the result against a stored report, or the id of a run, or last')
        .option('--identity <file>', 'identities of age, where reports are encrypted')
        .option('--dry-run', 'only plan'),
    ).action(async (file: string, options: RunOptions) => {
      const { run } = await import('../command/run.ts');
      ended(await run(io, file, options));
    }),
  );
}

function addReport(program: Command, { io, ended }: Programme): void {
  program.addCommand(
    withReportFiles(
      command('report', 'show or render the report of a run, also of one that was killed', [
        'chaos report',
        'chaos report run-0f3a --html run.html',
        'chaos report run-0f3a --baseline run-9c21 --compare-html compared.html',
        'chaos report --list',
      ])
        .argument('[run]', 'id of a run, last, or a file', 'last')
        .option('--baseline <report>', 'hold it against another')
        .option('--compare-html <file>', 'write both side by side as one self-contained page')
        .option('--compare-markdown <file>', 'write both side by side for CI')
        .option('--identity <file>', 'identities of age, where reports are encrypted')
        .option('--list', 'list the runs that are kept'),
    ).action(async (wanted: string, options: ReportOptions) => {
      const { report } = await import('../command/report.ts');
      ended(await report(io, wanted, options));
    }),
  );
  program.addCommand(
    withReportFiles(
      command('replay', 'repeat an earlier run or schedule: the same seed, targets and offsets', [
        'chaos replay last',
        'chaos replay run-0f3a --experiment chaos/starter.yaml',
        'chaos replay schedule-7c1e --experiment a.yaml --experiment b.yaml',
      ])
        .argument('<id>', 'of a run, of a schedule, or of a run that a schedule began; or last')
        .option(
          '--experiment <file>',
          'an experiment, where no text of it was kept; may be given several times',
          several,
        )
        .option('--baseline <report>', 'hold the result against a stored report')
        .option('--identity <file>', 'identities of age, where reports are encrypted'),
    ).action(async (wanted: string, options: ReplayOptions) => {
      const { replay } = await import('../command/replay.ts');
      ended(await replay(io, wanted, options));
    }),
  );
}
