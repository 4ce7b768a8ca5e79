import * as z from 'zod';
import { ChaosError } from '../errors.ts';

/** An event of an engine, or an entry of a ledger: what is read of either. */
export interface RecordedEntry {
  readonly type: string;
  /** Of the run or the schedule that it belongs to, as events name it. */
  readonly runId?: string | undefined;
  /** The same, as a ledger names it. */
  readonly run?: string | undefined;
  readonly data: unknown;
}

/** Which entries are wanted; the members are those of a ledger's query. */
export interface RecordFilter {
  readonly type: 'schedule:*' | 'run:*' | 'fault:*';
  /** The id of a schedule or of a run. Absent: of all. */
  readonly run?: string;
}

export type Entries = Iterable<RecordedEntry> | AsyncIterable<RecordedEntry>;

/** Reads what was recorded, oldest first. More than was asked for does no harm. */
export type PastSource = (filter: RecordFilter) => Entries | Promise<Entries>;

const started = z.object({ schedule: z.string(), seed: z.number(), deeds: z.array(z.string()) });

const picked = z.object({
  schedule: z.string(),
  due: z.iso.datetime(),
  offset: z.number(),
  mode: z.enum(['live', 'safe', 'stress']),
  deeds: z.array(
    z.object({
      name: z.string(),
      seed: z.number(),
      groups: z.array(z.string()),
      targets: z.array(z.object({ kind: z.string(), name: z.string() })),
      targetCount: z.number(),
      targetDigest: z.string(),
    }),
  ),
});

const done = z.object({
  schedule: z.string(),
  outcomes: z.array(
    z.object({
      deed: z.string(),
      outcome: z.enum(['passed', 'failed', 'inconclusive']),
      runs: z.array(z.string()).default([]),
    }),
  ),
});

export type RecordedStart = z.output<typeof started>;
export type RecordedPick = z.output<typeof picked>;
export type RecordedDone = z.output<typeof done>;

/** What a schedule left in the record, one call per entry. Entries of other kinds are passed over. */
export interface RecordedVisitor {
  /** `id` is the schedule's, where the record tells it. */
  started?(start: RecordedStart, id: string | undefined): void;
  picked?(pick: RecordedPick, id: string | undefined): void;
  done?(end: RecordedDone, id: string | undefined): void;
}

/** Walks through the record. Throws `CHAOS_SCHEDULE_INVALID` for an entry of a schedule that is not what it should be. */
export async function readRecorded(entries: Entries | Promise<Entries>, visitor: RecordedVisitor): Promise<void> {
  for await (const entry of await entries) {
    const { type, data } = entry;
    const owner = ownerOf(entry);
    if (type === 'schedule:started') visitor.started?.(readEntry(started, type, data), owner);
    if (type === 'schedule:picked') visitor.picked?.(readEntry(picked, type, data), owner);
    if (type === 'schedule:done') visitor.done?.(readEntry(done, type, data), owner);
  }
}

/** The id of the run or the schedule that an entry belongs to, where it says so. */
export function ownerOf({ runId, run }: RecordedEntry): string | undefined {
  return runId ?? run;
}

/** Throws `CHAOS_SCHEDULE_INVALID` for data of another shape. */
export function readEntry<Schema extends z.ZodType>(schema: Schema, type: string, data: unknown): z.output<Schema> {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  throw new ChaosError(
    'CHAOS_SCHEDULE_INVALID',
    `expected an entry ${type} as an engine writes it, got ${z.prettifyError(result.error)}`,
  );
}
