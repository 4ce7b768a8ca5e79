import type { Report } from '@bridge/chaos-core';
import type { Regression } from '@bridge/chaos-recovery';
import type { LoadedConfig } from '../config/load-config.ts';
import { usageError } from '../config/usage-error.ts';
import type { Io } from '../terminal/io.ts';
import { ReportShelf, readIdentities } from './report-shelf.ts';
import { writeTextFile } from './write-report-files.ts';

export interface BaselineOptions {
  /** A report, or the id of a run, to hold against. */
  readonly baseline?: string;
  /** File with identities of age, where kept reports are encrypted. */
  readonly identity?: string;
}

/** Files for two runs side by side. */
export interface ComparisonFiles {
  readonly compareHtml?: string;
  readonly compareMarkdown?: string;
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

export function writesComparison({ compareHtml, compareMarkdown }: ComparisonFiles): boolean {
  return compareHtml !== undefined || compareMarkdown !== undefined;
}

/**
 * Writes two runs side by side, what got worse and their latencies laid over each other, to the files asked for. Throws a
 * usage error where there is nothing to hold against.
 */
export async function writeComparison(
  io: Io,
  baseline: Report | undefined,
  report: Report,
  files: ComparisonFiles,
): Promise<void> {
  if (!writesComparison(files)) return;
  const { compareHtml, compareMarkdown } = files;
  if (baseline === undefined) throw usageError('expected --baseline beside --compare-html and --compare-markdown');
  const { compareReports, renderComparisonHtml, renderComparisonMarkdown } = await import('@bridge/chaos-recovery');
  const comparison = compareReports(baseline, report);
  if (compareHtml !== undefined) await writeTextFile(io, compareHtml, renderComparisonHtml(comparison));
  if (compareMarkdown !== undefined) await writeTextFile(io, compareMarkdown, renderComparisonMarkdown(comparison));
}
