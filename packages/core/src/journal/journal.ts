import type { JournalContent, JournalNote, JournalRecord } from './record.ts';

/**
 * Write-ahead undo: one entry per fault that is not proven undone. `open` resolves when the record would survive a
 * power cut; nothing may be touched before.
 */
export interface Journal {
  /** Throws `CHAOS_JOURNAL_WRITE_FAILED` and leaves nothing behind when the record cannot be made durable. */
  open(record: JournalRecord): Promise<JournalEntry>;
  /** Every entry that is not settled, with damaged ones apart. */
  entries(): Promise<JournalListing>;
}

export interface JournalListing {
  readonly entries: readonly JournalEntry[];
  /** `unread`: it could not be read this time and may hold a sound record. Without: it was read, and holds none. */
  readonly damaged: readonly { readonly file: string; readonly reason: string; readonly unread?: true }[];
}

/** The right to undo. Whoever holds it is alone: engine, guardian or a later start. */
export type Claim = 'mine' | 'taken' | 'gone';

export interface JournalEntry {
  readonly id: string;
  readonly record: JournalRecord;
  /** Notes as of when the entry was listed. */
  readonly notes: JournalContent['notes'];
  /** Adds a line. Best effort: never throws, so that a full disk cannot keep an undo from running. */
  note(note: JournalNote): Promise<void>;
  /**
   * Takes the right to undo; `taken` by a living other, or `gone` since another settled it. `overrule` names a process
   * whose claim does not count although it lives: the engine whose lease lapsed.
   */
  claim(overrule?: string): Promise<Claim>;
  /** Gives the right to undo back to the engine that wrote the entry. */
  handBack(): Promise<void>;
  /** True while the entry has not been claimed away from the engine that opened it. */
  isUnclaimed(): boolean;
  /** Done and proven: the entry disappears. `keep` leaves the outcome for the next start() to report. */
  settle(note: JournalNote, options?: { readonly keep?: boolean }): Promise<void>;
}
