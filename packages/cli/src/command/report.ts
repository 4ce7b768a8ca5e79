import { loadConfig } from '../config/load-config.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import {
  type BaselineOptions,
  baselineOf,
  type ComparisonFiles,
  compareWith,
  writeComparison,
  writesComparison,
} from '../report/compare-with-baseline.ts';
import { ReportShelf, readIdentities } from '../report/report-shelf.ts';
import { type ReportFiles, writeReportFiles } from '../report/write-report-files.ts';
import type { Io } from '../terminal/io.ts';
import { print } from '../terminal/print.ts';
import { reportLines } from '../view/report-lines.ts';
import type { CommonOptions } from './common-options.ts';

export interface ReportOptions extends CommonOptions, ReportFiles, BaselineOptions, ComparisonFiles {
  /** List the kept runs instead. */
  readonly list?: boolean;
}

/** Shows and renders the report of a run that was made here, also of one that was killed. Ends with 0 whatever it says. */
export async function report(io: Io, wanted: string, options: ReportOptions): Promise<ExitCode> {
  const config = await loadConfig(io.cwd, options);
  const shelf = new ReportShelf(config);
  if (options.list) return await list(io, shelf, options);
  const found = await shelf.report(io.cwd, wanted, await readIdentities(io.cwd, options.identity));
  const baseline = await baselineOf(io, config, options);
  await writeComparison(io, baseline, found, options);
  // Runs of different experiments stand beside each other, and nothing can be told of them.
  const besideOnly = writesComparison(options) && baseline?.name !== found.name;
  const comparison = besideOnly ? undefined : await compareWith(baseline, [found]);
  await writeReportFiles(io, [found], options);
  print(io, options.json, comparison === undefined ? found : { reports: [found], comparison }, () =>
    reportLines(io.out, [found], undefined, comparison),
  );
  return comparison?.outcome === 'regressed' ? EXIT.failed : EXIT.passed;
}

async function list(io: Io, shelf: ReportShelf, { json }: ReportOptions): Promise<ExitCode> {
  const runs = await shelf.list();
  print(io, json, runs, () =>
    runs.map(({ id, at, kind, encrypted }) => {
      return `${id}  ${at}  ${kind === 'report' ? 'finished' : 'going on, or killed'}${encrypted ? ', encrypted' : ''}`;
    }),
  );
  return EXIT.passed;
}
