import { ChaosError } from '../errors.ts';
import type { Plugins } from '../experiment/input.ts';
import type { MonkeyInput } from './monkey.ts';
import { type PastSource, type RecordedPick, type RecordedStart, readRecorded } from './recorded-schedule.ts';

export interface ReplayOptions<Ps extends Plugins = Plugins> {
  /**
   * Reads the record, for example from a ledger. Default: what this engine remembers, which is the last 1,000 events.
   */
  readonly record?: PastSource;
  /** The things of the recorded schedule. Default: those of the schedule of this id in this engine. */
  readonly things?: MonkeyInput<Ps>['things'];
  /** As in `monkey`. Default 30 s. */
  readonly hold?: MonkeyInput<Ps>['hold'];
  /** `safe` plans and records, injects nothing. Default `live`. */
  readonly mode?: 'live' | 'safe';
}

/** A schedule as it was recorded. */
export interface RecordedSchedule {
  readonly start: RecordedStart;
  readonly picks: readonly RecordedPick[];
}

/** Reads the picks of one schedule. Throws `CHAOS_SCHEDULE_INVALID` when its start is not in the record. */
export async function recordedSchedule(id: string, source: PastSource): Promise<RecordedSchedule> {
  let start: RecordedStart | undefined;
  const picks: RecordedPick[] = [];
  await readRecorded(source({ type: 'schedule:*', run: id }), {
    started: (entry) => {
      start ??= entry;
    },
    picked: (pick) => void picks.push(pick),
  });
  if (start !== undefined) return { start, picks: picks.toSorted((a, b) => a.offset - b.offset) };
  throw new ChaosError(
    'CHAOS_SCHEDULE_INVALID',
    `expected the record of schedule ${id} from its start, got none. Say where it is recorded with \`record\``,
  );
}
