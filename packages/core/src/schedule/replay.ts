import { ChaosError } from '../errors.ts';
import type { Experiment } from '../experiment/experiment.ts';
import type { ExperimentInput, Plugins } from '../experiment/input.ts';
import type { MonkeyInput } from './monkey.ts';
import { type RecordedRun, recordedRun, scheduleOf } from './recorded-run.ts';
import { ownerOf, type PastSource, type RecordedPick, type RecordedStart, readRecorded } from './recorded-schedule.ts';

export interface ReplayOptions<Ps extends Plugins = Plugins> {
  /**
   * Reads the record, for example from a ledger. Default: what this engine remembers, which is the last 1,000 events.
   */
  readonly record?: PastSource;
  /** The things of the recorded schedule. Default: those of the schedule of this id in this engine. */
  readonly things?: MonkeyInput<Ps>['things'];
  /** The experiment of a run on its own. Default: that of the run of this id in this engine. */
  readonly experiment?: ExperimentInput<Ps> | Experiment;
  /** As in `monkey`. Default 30 s. */
  readonly hold?: MonkeyInput<Ps>['hold'];
  /** `safe` plans and records, injects nothing. Default `live`. */
  readonly mode?: 'live' | 'safe';
  /** Who asked. Default: `schedule <name>`, or `replay of <run>` for a run on its own. */
  readonly actor?: string;
}

/** What can be repeated, as it was recorded. */
export type Recorded =
  | {
      readonly kind: 'schedule';
      readonly id: string;
      readonly start: RecordedStart;
      readonly picks: readonly RecordedPick[];
    }
  | { readonly kind: 'run'; readonly run: RecordedRun };

/**
 * Reads what has this id: the picks of a schedule; of a run, those of the schedule that began it, or else the run itself.
 * Throws `CHAOS_SCHEDULE_INVALID` when the record does not have its start; `where` names the record in words.
 */
export async function recordedUnder(id: string, source: PastSource, where: string): Promise<Recorded> {
  const recorded = await findRecorded(id, source);
  if (recorded === undefined) throw await unknown(id, source, where);
  return recorded;
}

/** The same; undefined when the record does not have its start. */
export async function findRecorded(id: string, source: PastSource): Promise<Recorded | undefined> {
  const schedule = await recordedSchedule(id, source);
  if (schedule !== undefined) return schedule;
  const run = await recordedRun(id, source);
  if (run === undefined) return undefined;
  const owner = await scheduleOf(run, source);
  const owning = owner === undefined ? undefined : await recordedSchedule(owner, source);
  return owning ?? { kind: 'run', run };
}

async function recordedSchedule(id: string, source: PastSource): Promise<Recorded | undefined> {
  let start: RecordedStart | undefined;
  const picks: RecordedPick[] = [];
  const isOther = (owner: string | undefined): boolean => owner !== undefined && owner !== id;
  await readRecorded(source({ type: 'schedule:*', run: id }), {
    started: (entry, owner) => {
      if (!isOther(owner)) start ??= entry;
    },
    picked: (pick, owner) => {
      if (!isOther(owner)) picks.push(pick);
    },
  });
  if (start === undefined) return undefined;
  return { kind: 'schedule', id, start, picks: picks.toSorted((a, b) => a.offset - b.offset) };
}

/** How many ids an error names of each kind, the latest. */
const NAMED = 5;

async function unknown(id: string, source: PastSource, where: string): Promise<ChaosError> {
  const ids = { schedule: new Set<string>(), run: new Set<string>() };
  for (const kind of ['schedule', 'run'] as const) {
    for await (const entry of await source({ type: `${kind}:*` })) {
      const owner = ownerOf(entry);
      if (entry.type === `${kind}:started` && owner !== undefined) ids[kind].add(owner);
    }
  }
  const known = [namesOf('schedule', ids.schedule), namesOf('run', ids.run)].join(' and ');
  return new ChaosError(
    'CHAOS_SCHEDULE_INVALID',
    `expected the id of a schedule or a run whose start is in ${where}, got ${JSON.stringify(id)}; ` +
      `it has ${known}. Say where it is recorded with \`record\``,
  );
}

function namesOf(kind: string, ids: ReadonlySet<string>): string {
  if (ids.size === 0) return `no ${kind}`;
  const shown = [...ids].slice(-NAMED);
  const others = ids.size - shown.length;
  return `the ${kind}s ${shown.join(', ')}${others === 0 ? '' : ` and ${others} before`}`;
}
