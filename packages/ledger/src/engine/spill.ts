import { appendFile, writeFile } from 'node:fs/promises';
import { ChaosError, type LedgerEntry, type LedgerReceipt, messageOf } from '@bridge/chaos-core';
import { readOptional } from '../embedded/key-files.ts';
import { type Envelope, parseEnvelope } from '../entry/envelope.ts';
import { encodeLeaf } from '../entry/leaf.ts';

export interface Spilled {
  readonly entry: LedgerEntry;
  readonly resolve: (receipt: LedgerReceipt) => void;
  readonly reject: (error: unknown) => void;
}

/** What an earlier process left in the file. */
export interface Left {
  readonly entries: readonly LedgerEntry[];
  /** Lines that are no entry: cut off by a crash or a full disk. */
  readonly unreadable: number;
}

/** Entries that wait for a ledger that does not work: in memory and, if a file is given, there as well. */
export class Spill {
  readonly #most: number;
  readonly #file: string | undefined;
  readonly #waiting: Spilled[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(most: number, file: string | undefined) {
    this.#most = most;
    this.#file = file;
  }

  get size(): number {
    return this.#waiting.length;
  }

  get next(): Spilled | undefined {
    return this.#waiting[0];
  }

  /** Resolves with the receipt once the entry is durable after all. */
  add(entry: LedgerEntry): Promise<LedgerReceipt> {
    if (this.#waiting.length >= this.#most) {
      const full = new ChaosError(
        'CHAOS_LEDGER_OVERLOADED',
        `expected at most ${this.#most} entries to wait for the ledger; entry ${entry.id} is lost`,
      );
      return Promise.reject(full);
    }
    this.#keep(entry);
    return new Promise((resolve, reject) => this.#waiting.push({ entry, resolve, reject }));
  }

  /** The oldest one is durable. The file is emptied when none is left. */
  async shift(): Promise<void> {
    this.#waiting.shift();
    if (this.#waiting.length > 0 || this.#file === undefined) return;
    const file = this.#file;
    this.#writing = this.#writing.then(() => writeFile(file, '', { mode: 0o600 }));
    await this.#writing;
  }

  /** Rejects everything that waits. It stays in the file. */
  abandon(error: unknown): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  async left(): Promise<Left> {
    if (this.#file === undefined) return { entries: [], unreadable: 0 };
    const text = (await readOptional(this.#file)) ?? '';
    const lines = text.split('\n').filter((line) => line !== '');
    const entries = lines.flatMap((line) => entryOf(line) ?? []);
    return { entries, unreadable: lines.length - entries.length };
  }

  /** Waits for the file to have what was added. */
  async written(): Promise<void> {
    await this.#writing;
  }

  #keep(entry: LedgerEntry): void {
    const file = this.#file;
    if (file === undefined) return;
    // A newline comes first as well: it ends what a failed write has left of another entry.
    const line = `\n${encodeLeaf(entry).text}\n`;
    // A file that cannot be written must not stop the entry from waiting in memory.
    this.#writing = this.#writing.then(() => appendFile(file, line, { mode: 0o600 })).catch(() => undefined);
  }
}

/** Undefined for a line that was cut off. */
function entryOf(line: string): LedgerEntry | undefined {
  const envelope = envelopeOf(line);
  if (envelope === undefined) return undefined;
  const { run, data, id, type, time, source, experiment, actor, target } = envelope;
  const { service, instance, boot, sequence } = source;
  return {
    id,
    type,
    time,
    source: { service, instance, boot, sequence },
    data,
    ...(run !== undefined && { runId: run }),
    ...(experiment !== undefined && { experiment }),
    ...(actor !== undefined && { actor }),
    ...(target !== undefined && { target }),
  };
}

function envelopeOf(line: string): Envelope | undefined {
  try {
    return parseEnvelope(line);
  } catch (error) {
    if (isHopeless(error)) return undefined;
    throw error;
  }
}

/** True for an entry that no ledger will ever take. */
export function isHopeless(error: unknown): boolean {
  return messageOf(error).startsWith('CHAOS_LEDGER_ENTRY_INVALID');
}
