import { ChaosError, messageOf } from '@bridge/chaos-core';
import type { Leaf } from '../entry/leaf.ts';

export interface GroupCommitOptions {
  /** Most entries that wait. Default 10,000. */
  readonly queueEntries?: number;
  /** Most bytes that wait. Default 16 MiB. */
  readonly queueBytes?: number;
  /** What `append` does when the queue is full: wait for room, or throw `CHAOS_LEDGER_OVERLOADED`. Default `wait`. */
  readonly whenFull?: 'wait' | 'reject';
}

interface Waiting {
  readonly leaf: Leaf;
  readonly resolve: (index: number) => void;
  readonly reject: (error: unknown) => void;
}

const BATCH_ENTRIES = 1_000;
const BATCH_BYTES = 2 ** 20;

/**
 * Gathers appends into commits: one commit is in flight, what arrives meanwhile goes with the next. After a failed
 * commit nothing is accepted any more, because nobody can know what reached the disk (PostgreSQL's "fsyncgate").
 */
export class GroupCommit {
  readonly #commit: (leaves: readonly Leaf[]) => Promise<readonly number[]>;
  readonly #limits: { readonly entries: number; readonly bytes: number; readonly whenFull: 'wait' | 'reject' };
  readonly #queue: Waiting[] = [];
  readonly #pending = new Map<string, Promise<number>>();
  readonly #roomWaiters: { readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = [];
  #head = 0;
  #bytes = 0;
  #running: Promise<void> | undefined;
  #refusal: ChaosError | undefined;

  constructor(commit: (leaves: readonly Leaf[]) => Promise<readonly number[]>, options: GroupCommitOptions = {}) {
    this.#commit = commit;
    this.#limits = {
      entries: options.queueEntries ?? 10_000,
      bytes: options.queueBytes ?? 16 * 2 ** 20,
      whenFull: options.whenFull ?? 'wait',
    };
  }

  /** Why nothing is accepted any more, if so. */
  get refusal(): ChaosError | undefined {
    return this.#refusal;
  }

  /** Resolves with the entry's index when it is durable. The same id in flight is appended once. */
  append(leaf: Leaf): Promise<number> {
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal);
    const pending = this.#pending.get(leaf.id);
    if (pending !== undefined) return pending;
    const full = this.#isFull();
    if (full && this.#limits.whenFull === 'reject') return Promise.reject(this.#overloaded());
    const appended = full ? this.#appendLater(leaf) : this.#enqueue(leaf);
    this.#pending.set(leaf.id, appended);
    return appended;
  }

  /** Waits for what was accepted, then refuses everything. */
  async close(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
    this.#refuse(
      this.#refusal ?? new ChaosError('CHAOS_LEDGER_CLOSED', 'the ledger was closed; open it again to append'),
    );
  }

  /** Runs between two commits, with none in flight. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    while (this.#running !== undefined) await this.#running;
    if (this.#refusal !== undefined) throw this.#refusal;
    const result = work();
    this.#running = result.then(
      () => this.#next(),
      (error) => this.#poison(error),
    );
    return result;
  }

  #isFull(): boolean {
    return this.#queue.length - this.#head >= this.#limits.entries || this.#bytes >= this.#limits.bytes;
  }

  #overloaded(): ChaosError {
    return new ChaosError(
      'CHAOS_LEDGER_OVERLOADED',
      `expected at most ${this.#limits.entries} entries and ${this.#limits.bytes} bytes to wait; append less, or raise the limits`,
    );
  }

  async #appendLater(leaf: Leaf): Promise<number> {
    while (this.#isFull()) {
      await new Promise<void>((resolve, reject) => this.#roomWaiters.push({ resolve, reject }));
    }
    return this.#enqueue(leaf);
  }

  #enqueue(leaf: Leaf): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ leaf, resolve, reject });
      this.#bytes += leaf.length;
      // Everything appended in this turn of the event loop shares the commit.
      this.#running ??= new Promise<void>((begin) => setImmediate(begin)).then(() => this.#next());
    });
  }

  async #next(): Promise<void> {
    for (let batch = this.#take(); batch.length > 0; batch = this.#take()) {
      try {
        const indexes = await this.#commit(batch.map(({ leaf }) => leaf));
        for (const [at, { leaf, resolve, reject }] of batch.entries()) {
          this.#pending.delete(leaf.id);
          const index = indexes[at];
          if (index === undefined) reject(new Error('the store answered with fewer indexes than leaves'));
          else resolve(index);
        }
      } catch (error) {
        for (const { reject } of batch) reject(poisoned(error));
        this.#poison(error);
        return;
      }
    }
    this.#running = undefined;
  }

  #take(): Waiting[] {
    let bytes = 0;
    let end = this.#head;
    while (end < this.#queue.length && end - this.#head < BATCH_ENTRIES && bytes < BATCH_BYTES) {
      bytes += this.#queue[end]?.leaf.length ?? 0;
      end += 1;
    }
    const batch = this.#queue.slice(this.#head, end);
    this.#head = end;
    if (this.#head === this.#queue.length) {
      this.#queue.length = 0;
      this.#head = 0;
    }
    this.#bytes -= bytes;
    for (const waiter of this.#roomWaiters.splice(0, batch.length)) waiter.resolve();
    return batch;
  }

  #poison(error: unknown): void {
    this.#running = undefined;
    this.#refuse(poisoned(error));
  }

  #refuse(refusal: ChaosError): void {
    this.#refusal = refusal;
    for (const { reject } of this.#queue.splice(this.#head)) reject(refusal);
    for (const { reject } of this.#roomWaiters.splice(0)) reject(refusal);
    this.#queue.length = 0;
    this.#head = 0;
    this.#pending.clear();
  }
}

function poisoned(cause: unknown): ChaosError {
  return new ChaosError(
    'CHAOS_LEDGER_POISONED',
    `a commit failed (${messageOf(cause)}); whether it is durable is unknown, so nothing more is accepted; open the ledger again`,
    { cause },
  );
}
