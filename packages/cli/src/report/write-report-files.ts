import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ChaosError, messageOf, type Report } from '@bridge/chaos-core';
import type { Io } from '../terminal/io.ts';

/** Files to render reports to. */
export interface ReportFiles {
  /** The report, or the list of them, as JSON. */
  readonly output?: string;
  readonly junit?: string;
  readonly html?: string;
  readonly markdown?: string;
}

/** Renders reports to the files that were asked for; folders are made. Throws `CHAOS_REPORT_NOT_WRITTEN`. */
export async function writeReportFiles(io: Io, reports: readonly Report[], files: ReportFiles): Promise<void> {
  const { output, junit, html, markdown } = files;
  const write = (path: string | undefined, text: () => string): Promise<void> =>
    path === undefined ? Promise.resolve() : writeTextFile(io, path, text());
  await write(output, () => `${JSON.stringify(reports.length === 1 ? reports[0] : reports, undefined, 2)}\n`);
  if (junit === undefined && html === undefined && markdown === undefined) return;
  const { renderHtml, renderJunit, renderMarkdown } = await import('@bridge/chaos-recovery');
  await write(junit, () => renderJunit(reports));
  await write(markdown, () => reports.map((report) => renderMarkdown(report)).join('\n'));
  // One page shows one run: of several, the last.
  const last = reports.at(-1);
  if (last !== undefined) await write(html, () => renderHtml(last));
}

/** Writes a file; its folders are made. Throws `CHAOS_REPORT_NOT_WRITTEN`. */
export async function writeTextFile({ cwd }: Pick<Io, 'cwd'>, path: string, text: string): Promise<void> {
  const file = resolve(cwd, path);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  } catch (cause) {
    throw new ChaosError('CHAOS_REPORT_NOT_WRITTEN', `expected to write ${file}: ${messageOf(cause)}`, { cause });
  }
}
