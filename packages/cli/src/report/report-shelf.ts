import { resolve } from 'node:path';
import type { Report } from '@bridge/chaos-core';
import { ReportArchive, readStored } from '../archive/report-archive.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { readLimited } from '../config/read-limited.ts';
import { forgetExperiments } from '../host/kept-experiment.ts';
import { journals, removeJournal } from '../host/runs-folder.ts';

/** A run that left a report, or the journal that a report can be made of: it is going on, or was killed. */
export interface KeptRun {
  readonly id: string;
  readonly kind: 'report' | 'journal';
  readonly file: string;
  /** RFC 3339. */
  readonly at: string;
  readonly encrypted: boolean;
}

/** What the runs of a state folder left. */
export class ReportShelf {
  readonly #archive: ReportArchive;
  readonly #state: string;

  constructor({ state, reports }: Pick<LoadedConfig, 'state' | 'reports'>) {
    this.#state = state;
    this.#archive = new ReportArchive(reports);
  }

  /**
   * Puts a finished run's report away; its journal, which says the same in the clear, goes. Beside the experiments of the
   * runs that are kept, those of `open` ones stay, which may not have their journal yet.
   */
  async keep(report: Report, open: Iterable<string> = []): Promise<void> {
    await this.#archive.add(report);
    await removeJournal(this.#state, report.id);
    const kept = (await this.list()).map(({ id }) => id);
    await forgetExperiments(this.#state, new Set([...kept, ...open]));
  }

  /** Newest first. */
  async list(): Promise<readonly KeptRun[]> {
    const reports = (await this.#archive.list()).map(({ runId, startedAt, file, encrypted }): KeptRun => {
      return { id: runId, kind: 'report', file, at: startedAt, encrypted };
    });
    const finished = new Set(reports.map(({ id }) => id));
    const open = (await journals(this.#state)).map(({ id, file, changed }): KeptRun => {
      return { id, kind: 'journal', file, at: changed.toISOString(), encrypted: false };
    });
    // A process that was killed between the two left both.
    return [...reports, ...open.filter(({ id }) => !finished.has(id))].sort((a, b) => (a.at < b.at ? 1 : -1));
  }

  /** The report of a run by its id, of the newest for `last`, or of a file. Encrypted ones need an identity of age. */
  async report(cwd: string, wanted: string, identities: readonly string[]): Promise<Report> {
    const runs = await this.list();
    const kept = wanted === 'last' ? runs[0] : runs.find(({ id }) => id === wanted);
    if (kept?.kind === 'report') return await this.#archive.read(kept.id, identities);
    const file = kept?.file ?? resolve(cwd, wanted);
    const { readReport } = await import('@bridge/chaos-recovery');
    if (!file.endsWith('.age') && !file.endsWith('.gz')) return await readReport(file, { state: this.#state });
    const { reportSchema } = await import('@bridge/chaos-core');
    return reportSchema.parse(JSON.parse(await readStored(file, identities)));
  }
}

/** Identities of age from a file: one a line, comments begin with `#`. */
export async function readIdentities(cwd: string, file: string | undefined): Promise<readonly string[]> {
  if (file === undefined) return [];
  const lines = (await readLimited(resolve(cwd, file))).split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}
