import type { JsonObject } from './json.ts';

/** Who wrote an entry: dense `sequence` per instance and boot, so that a hole is visible. */
export interface LedgerSource {
  readonly service: string;
  readonly instance: string;
  readonly boot: string;
  readonly sequence: number;
}

/** What the engine hands to a ledger. `type` is the engine event's own name. Secrets are already redacted. */
export interface LedgerEntry {
  /** Chosen by the caller; appending the same id again returns the first receipt. */
  readonly id: string;
  readonly type: string;
  /** RFC 3339 with milliseconds. */
  readonly time: string;
  readonly source: LedgerSource;
  readonly runId?: string;
  readonly experiment?: string;
  readonly actor?: string;
  readonly target?: string;
  readonly data: JsonObject;
}

export interface LedgerReceipt {
  /** Position in the log, from 0, dense. */
  readonly index: number;
}

/**
 * Where the engine keeps its record. `append` resolves when the entry is durable; the engine awaits the intent entry
 * before it injects, and never awaits an entry before it reverts.
 */
export interface Ledger {
  append(entry: LedgerEntry): Promise<LedgerReceipt>;
  close(): Promise<void>;
}
