import * as z from 'zod';
import { ChaosError } from '../errors.ts';
import type { Json } from '../json.ts';

/** Version this SDK writes. It reads every version from 1 on. */
export const JOURNAL_VERSION = 1;

const json: z.ZodType<Json> = z.json();

const target = z.object({
  kind: z.string(),
  id: z.string(),
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  group: z.string().optional(),
  startedAt: z.string(),
  connection: z.string().optional(),
});

/** First line of a journal file: all that any process needs to undo the fault. Never contains params or secrets. */
export const journalRecord = z.looseObject({
  v: z.int().min(1),
  id: z.string().regex(/^[\w-]{1,80}$/),
  type: z.string(),
  target,
  undo: json,
  fingerprint: json.optional(),
  survives: z.enum(['engine', 'process', 'container', 'host']),
  /** Milliseconds. */
  settle: z.number().min(0),
  momentary: z.boolean(),
  plugin: z.object({
    name: z.string(),
    module: z.string(),
    specifier: z.string().optional(),
    options: json,
  }),
  /** Presence instance of the engine that wrote it. */
  engine: z.string(),
  runId: z.string().optional(),
  /** Wall clock of the intention, RFC 3339; with `order` it gives the order across lives. */
  intendedAt: z.string(),
  order: z.int().min(0),
});

export type JournalRecord = z.output<typeof journalRecord>;

/** Later lines: what happened since. Written without fsync: a lost one only means a more careful undo. */
export const journalNote = z.looseObject({
  phase: z.enum(['injecting', 'active', 'reverting', 'reverted', 'gone', 'spent', 'leaked']),
  by: z.string(),
  cause: z.string().optional(),
  reason: z.string().optional(),
  proof: z.object({ observation: z.enum(['present', 'absent', 'gone']), at: z.number(), looks: z.number() }).optional(),
});

export type JournalNote = z.output<typeof journalNote>;

export interface JournalContent {
  readonly record: JournalRecord;
  readonly notes: readonly JournalNote[];
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // A torn line; the caller decides what a missing line means.
    return undefined;
  }
}

/** Reads a journal file's text. A torn last line is dropped; a torn first line throws `CHAOS_JOURNAL_CORRUPT`. */
export function parseJournal(text: string, file: string): JournalContent {
  const [head = '', ...rest] = text.split('\n');
  const record = journalRecord.safeParse(parseLine(head));
  if (!record.success) {
    throw new ChaosError(
      'CHAOS_JOURNAL_CORRUPT',
      `expected a journal record in the first line of ${file}, got ${text.length === 0 ? 'an empty file' : 'damaged text'}. ` +
        'Look at what it may have touched, put it right by hand, then remove the file.',
      { details: { file } },
    );
  }
  const notes = rest.flatMap((line) => {
    const note = journalNote.safeParse(parseLine(line));
    return note.success ? [note.data] : [];
  });
  return { record: record.data, notes };
}
