import type { Report, Run } from '@bridge/chaos-core';
import type { RunRecording } from '@bridge/chaos-recovery/run-journal';
import type { LoadedConfig } from '../config/load-config.ts';
import type { ExperimentSource } from '../host/experiment-source.ts';
import type { AnyEngine } from '../host/host.ts';
import { keepUnlessSecret } from '../host/kept-experiment.ts';
import { journalFile } from '../host/runs-folder.ts';
import { ReportShelf } from './report-shelf.ts';

type Record = (run: Run, file: string, options: { readonly engine: AnyEngine }) => RunRecording;

export interface RunJournalsOptions {
  /** Where all the runs were read from. Default: each is kept as the text that says what it was told. */
  readonly source?: ExperimentSource | undefined;
}

/**
 * Writes the journal of every run of an engine while it goes, whoever begins it, keeps its experiment for a replay, and puts
 * its report away at its end: a process that is killed leaves reports up to the kill.
 */
export class RunJournals implements AsyncDisposable {
  readonly #engine: AnyEngine;
  readonly #state: string;
  readonly #shelf: ReportShelf;
  readonly #record: Record;
  readonly #source: ExperimentSource | undefined;
  readonly #listening: Disposable;
  readonly #runs: Run[] = [];
  readonly #open = new Set<string>();
  /** One after the other: the shelf tidies itself up each time. */
  #kept: Promise<void> = Promise.resolve();

  private constructor(
    engine: AnyEngine,
    config: Pick<LoadedConfig, 'state' | 'reports'>,
    record: Record,
    { source }: RunJournalsOptions,
  ) {
    this.#engine = engine;
    this.#state = config.state;
    this.#shelf = new ReportShelf(config);
    this.#record = record;
    this.#source = source;
    this.#listening = engine.on('run:started', ({ runId }) => {
      // The event comes while the run is being made: the engine knows it a moment later.
      queueMicrotask(() => this.#follow(runId));
    });
  }

  static async of(
    engine: AnyEngine,
    config: Pick<LoadedConfig, 'state' | 'reports'>,
    options: RunJournalsOptions = {},
  ): Promise<RunJournals> {
    const { recordRun } = await import('@bridge/chaos-recovery/run-journal');
    return new RunJournals(engine, config, recordRun, options);
  }

  /** Of all runs so far, in the order in which they began. Resolves when all have ended. */
  async reports(): Promise<readonly Report[]> {
    return await Promise.all(this.#runs.map(({ report }) => report));
  }

  /** Resolves when the reports of all runs so far are put away. Throws what the disk refused. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listening[Symbol.dispose]();
    await this.#kept;
  }

  #follow(runId: string | undefined): void {
    const run = this.#engine.runs.find(({ id }) => id === runId);
    if (run === undefined) return;
    this.#runs.push(run);
    this.#open.add(run.id);
    const writing = this.#write(run);
    const before = this.#kept;
    this.#kept = (async () => {
      await before;
      await writing;
      await this.#shelf.keep(await run.report, this.#open);
      this.#open.delete(run.id);
    })();
    for (const one of [writing, this.#kept]) {
      one.catch(() => {
        // Thrown where this is disposed.
      });
    }
  }

  async #write(run: Run): Promise<void> {
    const recording = this.#record(run, journalFile(this.#state, run.id), { engine: this.#engine });
    await keepUnlessSecret(this.#state, this.#engine, run, this.#source);
    await recording.written;
  }
}
