import { loadConfig } from '../config/load-config.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { keptRuns } from '../host/runs-folder.ts';
import { compareWithBaseline, findReport } from '../report/compare-with-baseline.ts';
import { type ReportFiles, writeReportFiles } from '../report/write-report-files.ts';
import type { Io } from '../terminal/io.ts';
import { print } from '../terminal/print.ts';
import { reportLines } from '../view/report-lines.ts';
import type { CommonOptions } from './common-options.ts';

export interface ReportOptions extends CommonOptions, ReportFiles {
  readonly baseline?: string;
  /** List the kept runs instead. */
  readonly list?: boolean;
}

/** Shows and renders the report of a run that was made here, also of one that was killed. Ends with 0 whatever it says. */
export async function report(io: Io, wanted: string, options: ReportOptions): Promise<ExitCode> {
  const config = await loadConfig(io.cwd, options);
  if (options.list) return await list(io, config.state, options);
  const found = await findReport(io, config, wanted);
  const comparison = await compareWithBaseline(io, config, [found], options.baseline);
  await writeReportFiles(io, [found], options);
  print(io, options.json, comparison === undefined ? found : { reports: [found], comparison }, () =>
    reportLines(io.out, [found], undefined, comparison),
  );
  return comparison?.outcome === 'regressed' ? EXIT.failed : EXIT.passed;
}

async function list(io: Io, state: string, { json }: ReportOptions): Promise<ExitCode> {
  const runs = await keptRuns(state);
  print(io, json, runs, () => runs.map(({ id, changed }) => `${id}  ${changed.toISOString()}`));
  return EXIT.passed;
}
