import type { Report, Run } from '@bridge/chaos-core';
import type { Io } from '../terminal/io.ts';
import { type RunView, runView } from '../view/run-view.ts';
import type { ExperimentSource } from './experiment-source.ts';
import type { AnyEngine } from './host.ts';
import { keepUnlessSecret } from './kept-experiment.ts';
import { journalFile } from './runs-folder.ts';
import { seeded } from './seeded.ts';
import { userName } from './user-name.ts';

export interface Performance {
  readonly engine: AnyEngine;
  readonly state: string;
  readonly source: ExperimentSource;
  readonly seed: number | undefined;
  /** No view, since only JSON is wanted. */
  readonly quiet: boolean;
}

/**
 * Runs an experiment once, writes it down while it goes and shows it. A signal ends it early: everything is reverted, the
 * report says `aborted`.
 */
export async function performRun(io: Io, { engine, state, source, seed, quiet }: Performance): Promise<Report> {
  const run = engine.run(engine.parse(seeded(source, seed)), { actor: userName(io.env) });
  using view = runView(io, quiet);
  using _signals = io.onSignal((signal) => interrupt(view, run, signal));
  await keepUnlessSecret(state, engine, run, source);
  const { recordRun } = await import('@bridge/chaos-recovery/run-journal');
  const recording = recordRun(run, journalFile(state, run.id), { engine });
  for await (const event of run.events()) view.show(event);
  const report = await run.report;
  await recording.written;
  return report;
}

function interrupt(view: RunView, run: Run, signal: string): void {
  if (run.signal.aborted) {
    view.remark('still reverting; the guardian would finish it if this process died');
    return;
  }
  view.remark(`${signal}: reverting everything, then reporting`);
  run.abort({ code: 'signal', sentence: `the process was told to end by ${signal}`, numbers: {} });
}
