import type { Report } from '@bridge/chaos-core';
import type { Repetition } from '@bridge/chaos-recovery';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import { EXIT, type ExitCode, gravest } from '../exit-code.ts';
import { exitCodeOf } from '../exit-code-of.ts';
import { type ExperimentSource, readExperiment } from '../host/experiment-source.ts';
import { isArmed, understand } from '../host/host.ts';
import { type Host, openHost } from '../host/open-host.ts';
import { performRun } from '../host/perform-run.ts';
import { sayOrphans } from '../host/say-orphans.ts';
import { type BaselineOptions, baselineOf, compareWith } from '../report/compare-with-baseline.ts';
import { ReportShelf } from '../report/report-shelf.ts';
import { type ReportFiles, writeReportFiles } from '../report/write-report-files.ts';
import type { Io } from '../terminal/io.ts';
import { print, remark } from '../terminal/print.ts';
import { reportLines } from '../view/report-lines.ts';
import type { CommonOptions } from './common-options.ts';
import { plan } from './plan.ts';

export interface RunOptions extends CommonOptions, ReportFiles, BaselineOptions {
  readonly seed?: number;
  /** Most runs. */
  readonly repeat?: number;
  readonly dryRun?: boolean;
}

/** Runs an experiment, once or until enough is known, and reports. */
export async function run(io: Io, file: string, options: RunOptions): Promise<ExitCode> {
  if (options.dryRun) return await plan(io, file, options);
  const config = await loadConfig(io.cwd, options);
  const source = await readExperiment(io, file);
  return await runSource(io, config, source, options);
}

async function runSource(
  io: Io,
  config: LoadedConfig,
  source: ExperimentSource,
  options: RunOptions,
): Promise<ExitCode> {
  const { plugins } = await understand(config, source);
  const baseline = await baselineOf(io, config, options);
  const armed = isArmed(config, io.env);
  if (!armed) remark(io, 'not armed: the host file or CHAOS_ENABLED says no, so every fault will be refused');
  const codes: ExitCode[] = [];
  {
    await using host = await openHost(config, plugins, { armed, onEngine: (engine) => sayOrphans(io, engine) });
    const made = await runs(io, config, source, host, options);
    const shelf = new ReportShelf(config);
    for (const one of made.reports) await shelf.keep(one);
    codes.push(...(await tellRuns(io, made, baseline, options)));
  }
  return gravest(codes);
}

/** What there is to tell of one experiment. */
export interface Runs {
  readonly reports: readonly Report[];
  readonly repetition: Repetition | undefined;
}

async function runs(
  io: Io,
  { state }: LoadedConfig,
  source: ExperimentSource,
  { engine }: Host,
  { seed, repeat: times = 1, json = false }: RunOptions,
): Promise<Runs> {
  const once = (index: number): Promise<Report> => {
    const own = seed === undefined ? undefined : seed + index;
    return performRun(io, { engine, state, source, seed: own, quiet: json });
  };
  if (times === 1) return { reports: [await once(0)], repetition: undefined };
  const { repeat, repetition } = await import('@bridge/chaos-recovery');
  const { reports } = await repeat(once, { atMost: times });
  return { reports, repetition: repetition(reports) };
}

/** Renders, compares and prints, and says the codes to end with. */
export async function tellRuns(
  io: Io,
  { reports, repetition }: Runs,
  baseline: Report | undefined,
  options: RunOptions,
): Promise<readonly ExitCode[]> {
  const comparison = await compareWith(baseline, reports);
  await writeReportFiles(io, reports, options);
  const [only] = reports;
  const single = repetition === undefined && comparison === undefined ? only : undefined;
  print(io, options.json, single ?? { reports, repetition: bare(repetition), comparison }, () =>
    reportLines(io.out, reports, repetition, comparison),
  );
  const regressed = comparison?.outcome === 'regressed' ? [EXIT.failed] : [];
  return [...codesOf(reports, repetition), ...regressed];
}

/** Often enough is enough: a repetition that was accepted passes although a run of it did not. */
function codesOf(reports: readonly Report[], repetition: Repetition | undefined): readonly ExitCode[] {
  const codes = reports.map(exitCodeOf);
  if (repetition?.decision !== 'accepted') return codes;
  return codes.filter((code) => code !== EXIT.failed && code !== EXIT.untold);
}

function bare(repetition: Repetition | undefined): Omit<Repetition, 'reports'> | undefined {
  if (repetition === undefined) return undefined;
  const { reports: _, ...rest } = repetition;
  return rest;
}
