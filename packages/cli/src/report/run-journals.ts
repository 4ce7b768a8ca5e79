import type { Run } from '@bridge/chaos-core';
import type { RunRecording } from '@bridge/chaos-recovery/run-journal';
import type { LoadedConfig } from '../config/load-config.ts';
import type { AnyEngine } from '../host/host.ts';
import { journalFile } from '../host/runs-folder.ts';
import { ReportShelf } from './report-shelf.ts';

type Record = (run: Run, file: string, options: { readonly engine: AnyEngine }) => RunRecording;

/**
 * Writes the journal of every run of an engine while it goes, whoever begins it, and puts its report away at its end: a
 * process that is killed leaves reports up to the kill.
 */
export class RunJournals implements AsyncDisposable {
  readonly #engine: AnyEngine;
  readonly #state: string;
  readonly #shelf: ReportShelf;
  readonly #record: Record;
  readonly #listening: Disposable;
  /** One after the other: the shelf tidies itself up each time. */
  #kept: Promise<void> = Promise.resolve();

  private constructor(engine: AnyEngine, config: Pick<LoadedConfig, 'state' | 'reports'>, record: Record) {
    this.#engine = engine;
    this.#state = config.state;
    this.#shelf = new ReportShelf(config);
    this.#record = record;
    this.#listening = engine.on('run:started', ({ runId }) => {
      // The event comes while the run is being made: the engine knows it a moment later.
      queueMicrotask(() => this.#follow(runId));
    });
  }

  static async of(engine: AnyEngine, config: Pick<LoadedConfig, 'state' | 'reports'>): Promise<RunJournals> {
    const { recordRun } = await import('@bridge/chaos-recovery/run-journal');
    return new RunJournals(engine, config, recordRun);
  }

  /** Resolves when the reports of all runs so far are put away. Throws what the disk refused. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listening[Symbol.dispose]();
    await this.#kept;
  }

  #follow(runId: string | undefined): void {
    const run = this.#engine.runs.find(({ id }) => id === runId);
    if (run === undefined) return;
    const recording = this.#record(run, journalFile(this.#state, run.id), { engine: this.#engine });
    const before = this.#kept;
    this.#kept = (async () => {
      await before;
      const report = await run.report;
      await recording.written;
      await this.#shelf.keep(report);
    })();
    this.#kept.catch(() => {
      // Thrown where this is disposed.
    });
  }
}
