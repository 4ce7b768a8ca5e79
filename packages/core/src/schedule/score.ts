import type { Experiment } from '../experiment/experiment.ts';
import type { Deed } from './deed.ts';
import { experimentDeed } from './experiment-deed.ts';
import type { RecordedRun } from './recorded-run.ts';
import type { ReplayedDeed } from './replay-picker.ts';

/** What a replay is to play, and when. */
export interface Score {
  readonly name: string;
  readonly seed: number;
  /** The id of what is repeated. */
  readonly replays: string;
  readonly actor: string | undefined;
  readonly deeds: readonly Deed[];
  /** Milliseconds from the start. */
  readonly picks: readonly { readonly offset: number; readonly deeds: readonly ReplayedDeed[] }[];
}

/** A run on its own: one deed, at once. The offsets inside follow from the experiment and the seed. */
export function runScore({ id, name, seed, targets, whole }: RecordedRun, experiment: Experiment): Score {
  const title = `replay of ${id}`;
  return {
    name: title,
    seed,
    replays: id,
    actor: title,
    deeds: [experimentDeed(experiment)],
    picks: [{ offset: 0, deeds: [{ name, seed, groups: [], expected: { from: 'run', targets, whole } }] }],
  };
}
