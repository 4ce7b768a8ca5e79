import { resolve } from 'node:path';
import type { Report } from '@bridge/chaos-core';
import type { Regression } from '@bridge/chaos-recovery';
import type { LoadedConfig } from '../config/load-config.ts';
import { keptRuns } from '../host/runs-folder.ts';
import type { Io } from '../terminal/io.ts';

/** Holds reports against a stored one: a file, the id of a run, or undefined for none. */
export async function compareWithBaseline(
  io: Io,
  config: LoadedConfig,
  reports: readonly Report[],
  baseline: string | undefined,
): Promise<Regression | undefined> {
  if (baseline === undefined) return undefined;
  const { regression } = await import('@bridge/chaos-recovery');
  return regression(reports, [await findReport(io, config, baseline)]);
}

/** The report of a run: by its id, `last`, or a file that holds the report or its journal. */
export async function findReport(io: Io, { state }: LoadedConfig, wanted: string): Promise<Report> {
  const { readReport } = await import('@bridge/chaos-recovery');
  const runs = await keptRuns(state);
  const kept = wanted === 'last' ? runs[0] : runs.find(({ id }) => id === wanted);
  return await readReport(kept?.file ?? resolve(io.cwd, wanted), { state });
}
