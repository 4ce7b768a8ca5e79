import type { Report } from '@bridge/chaos-core';
import type { Regression } from '@bridge/chaos-recovery';
import type { LoadedConfig } from '../config/load-config.ts';
import type { Io } from '../terminal/io.ts';
import { ReportShelf, readIdentities } from './report-shelf.ts';

export interface BaselineOptions {
  /** A report, or the id of a run, to hold against. */
  readonly baseline?: string;
  /** File with identities of age, where kept reports are encrypted. */
  readonly identity?: string;
}

/** The stored report to hold against; undefined where none was asked for. Read before anything runs, so that it is there. */
export async function baselineOf(
  io: Io,
  config: LoadedConfig,
  { baseline, identity }: BaselineOptions,
): Promise<Report | undefined> {
  if (baseline === undefined) return undefined;
  return await new ReportShelf(config).report(io.cwd, baseline, await readIdentities(io.cwd, identity));
}

/** Holds reports against a stored one. */
export async function compareWith(
  baseline: Report | undefined,
  reports: readonly Report[],
): Promise<Regression | undefined> {
  if (baseline === undefined) return undefined;
  const { regression } = await import('@bridge/chaos-recovery');
  return regression(reports, [baseline]);
}
