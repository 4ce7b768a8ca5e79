import * as z from 'zod';
import { ownerOf, type PastSource, type RecordedEntry, readEntry, readRecorded } from './recorded-schedule.ts';

/** What a run left in the record, as far as a replay needs it. */
export interface RecordedRun {
  readonly id: string;
  /** Of its experiment. */
  readonly name: string;
  readonly seed: number;
  readonly actor: string | null;
  /** What it meant to break, each once. */
  readonly targets: readonly RecordedTarget[];
  /** It came to its own end: what is not among `targets` was not picked. */
  readonly whole: boolean;
}

interface RecordedTarget {
  readonly kind: string;
  readonly name: string;
}

const started = z.object({ name: z.string(), seed: z.number(), actor: z.string().nullable().default(null) });
const finished = z.object({ verdict: z.string() });
const intended = z.object({ fault: z.object({ target: z.object({ kind: z.string(), name: z.string() }) }) });

/** Verdicts of runs that need not have come to their last step. */
const CUT_SHORT: ReadonlySet<string> = new Set(['aborted', 'invalid', 'leaked']);

/** Reads one run. Undefined when its start is not in the record. Throws `CHAOS_SCHEDULE_INVALID` for damaged entries. */
export async function recordedRun(id: string, source: PastSource): Promise<RecordedRun | undefined> {
  let start: z.output<typeof started> | undefined;
  let verdict: string | undefined;
  for await (const entry of await source({ type: 'run:*', run: id })) {
    const { type, data } = entry;
    if ((ownerOf(entry) ?? id) !== id) continue;
    if (type === 'run:started') start ??= readRunStart(entry);
    if (type === 'run:finished') verdict = readEntry(finished, type, data).verdict;
  }
  if (start === undefined) return undefined;
  const targets = await targetsOf(id, source);
  return { id, ...start, targets, whole: verdict !== undefined && !CUT_SHORT.has(verdict) };
}

/** What a run said when it began. Throws `CHAOS_SCHEDULE_INVALID` for a damaged entry. */
export function readRunStart({ type, data }: RecordedEntry): z.output<typeof started> {
  return readEntry(started, type, data);
}

async function targetsOf(id: string, source: PastSource): Promise<RecordedTarget[]> {
  const targets = new Map<string, RecordedTarget>();
  for await (const entry of await source({ type: 'fault:*', run: id })) {
    if (entry.type !== 'fault:intended' || (ownerOf(entry) ?? id) !== id) continue;
    const { kind, name } = readEntry(intended, entry.type, entry.data).fault.target;
    targets.set(JSON.stringify([kind, name]), { kind, name });
  }
  return [...targets.values()];
}

/**
 * The id of the schedule that began this run: it says so where the deed is done, or else, of a run that was killed, its
 * pick has the same seed. Undefined for a run on its own, and where the record has nothing of that schedule.
 */
export async function scheduleOf({ id, seed, actor }: RecordedRun, source: PastSource): Promise<string | undefined> {
  let bySeed: string | undefined;
  let byRun: string | undefined;
  await readRecorded(source({ type: 'schedule:*' }), {
    picked: ({ schedule, deeds }, scheduleId) => {
      if (actor === `schedule ${schedule}` && deeds.some((deed) => deed.seed === seed)) bySeed ??= scheduleId;
    },
    done: ({ outcomes }, scheduleId) => {
      if (outcomes.some(({ runs }) => runs.includes(id))) byRun = scheduleId;
    },
  });
  return byRun ?? bySeed;
}
