import { ChaosError, type PastSource, type Plugins, type ReplayOptions, type Report } from '@bridge/chaos-core';
import type { LoadedConfig } from '../config/load-config.ts';
import { RunJournals } from '../report/run-journals.ts';
import type { Io } from '../terminal/io.ts';
import { runView } from '../view/run-view.ts';
import type { ExperimentSource } from './experiment-source.ts';
import type { AnyEngine } from './host.ts';
import { interruptible } from './interruptible.ts';
import { userName } from './user-name.ts';

/** What is repeated, and from what record. */
export interface Replaying extends Pick<ReplayOptions<Plugins>, 'experiment' | 'things'> {
  readonly id: string;
  readonly record: PastSource;
  /** No view, since only JSON is wanted. */
  readonly quiet: boolean;
  /** Where its experiment was read from, if it has but one. */
  readonly source?: ExperimentSource;
}

export interface Replayed {
  readonly reports: readonly Report[];
  readonly interrupted: boolean;
}

/**
 * Repeats a run or a schedule to its end, with journals and a view. Throws `CHAOS_REPLAY_DIFFERS` where nothing of it could
 * be repeated.
 */
export async function performReplay(
  io: Io,
  engine: AnyEngine,
  config: Pick<LoadedConfig, 'state' | 'reports'>,
  { id, quiet, source, ...what }: Replaying,
): Promise<Replayed> {
  const skipped: string[] = [];
  using view = runView(io, quiet);
  using interruption = interruptible(io, (text) => view.remark(text));
  using _shown = engine.on('*', (event) => view.show(event));
  using _skips = engine.on('schedule:skipped', ({ data }) => void skipped.push(`${data.reason}: ${data.detail}`));
  await using journals = await RunJournals.of(engine, config, { source });
  const schedule = await engine.replay(id, { ...what, actor: userName(io.env) });
  interruption.signal.addEventListener('abort', () => void schedule.stop('told to end by a signal'), { once: true });
  if (interruption.signal.aborted) void schedule.stop('told to end by a signal');
  await schedule.ended;
  const reports = await journals.reports();
  const [reason] = skipped;
  if (reports.length === 0 && reason !== undefined) {
    throw new ChaosError('CHAOS_REPLAY_DIFFERS', `expected to repeat ${id}, and nothing of it was done: ${reason}`);
  }
  return { reports, interrupted: interruption.signal.aborted };
}
