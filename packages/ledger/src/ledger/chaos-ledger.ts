import {
  ChaosError,
  type Clock,
  type JsonObject,
  type Ledger,
  type LedgerEntry,
  type LedgerReceipt,
  systemClock,
} from '@bridge/chaos-core';
import { canonicalJson } from '../entry/canonical-json.ts';
import { encodeLeaf, type Leaf } from '../entry/leaf.ts';
import { LEDGER_EVENT } from '../entry/ledger-events.ts';
import { EntryWriter } from '../entry/own-entry.ts';
import { type RedactionRules, Redactor } from '../entry/redaction.ts';
import { type SealRules, seal } from '../entry/seal.ts';
import type { Hash } from '../merkle/hash.ts';
import { generateSigner, type NoteSigner } from '../note/signer.ts';
import { type IncidentView, incidentViews } from '../query/incidents.ts';
import { expanded, type LedgerRecord, type Page, type QueryOptions, queryPage, recordOf } from '../query/page.ts';
import { RecentEntries } from '../query/recent.ts';
import type { EntryFilter } from '../query/search.ts';
import { type TailOptions, tail } from '../query/tail.ts';
import { GroupCommit, type GroupCommitOptions } from '../store/group-commit.ts';
import type { LogHead, LogKey, LogStore } from '../store/log-store.ts';
import { checkpointAt, consistencyOf, tlogProof } from './proof-desk.ts';

/** What every ledger takes, wherever it keeps its log. */
export interface LedgerOptions {
  /** What is taken out before hashing, beside secrets known by name or looks. */
  readonly redaction?: RedactionRules;
  /** Values that are encrypted under a key of their subject, so that they can be erased later. */
  readonly seal?: SealRules;
  /** Limits of what may wait to become durable. */
  readonly queue?: GroupCommitOptions;
  /** How many of the last entries are kept in memory for {@link ChaosLedger.recent}. Default 500. */
  readonly recent?: number;
  readonly clock?: Clock;
}

export interface AppendOptions {
  /** The entry could not be appended when it happened. */
  readonly late?: boolean;
}

/**
 * A record that cannot be quietly changed: an RFC 6962 Merkle log of canonical JSON entries under signed checkpoints.
 * Open one with `openLedger`, `postgresLedger` or `memoryLedger`.
 */
export class ChaosLedger implements Ledger {
  /** The parts that forwarding, retention and export work on. */
  readonly store: LogStore;
  readonly clock: Clock;
  readonly #commits: GroupCommit;
  readonly #redactor: Redactor;
  readonly #seal: SealRules | undefined;
  readonly #writer: EntryWriter;
  readonly #recent: RecentEntries;

  constructor(store: LogStore, redactionKey: Buffer, options: LedgerOptions = {}) {
    this.store = store;
    this.clock = options.clock ?? systemClock;
    this.#commits = new GroupCommit((leaves) => store.commit(leaves), options.queue);
    this.#redactor = new Redactor(options.redaction ?? {}, redactionKey);
    this.#seal = options.seal;
    this.#writer = new EntryWriter('chaos-ledger', store.origin, this.clock);
    this.#recent = new RecentEntries(options.recent ?? 500);
  }

  /** Name of the log in its checkpoints: a URL without its scheme. */
  get origin(): string {
    return this.store.origin;
  }

  /**
   * Resolves when the entry is durable. An id the log holds already gets the first receipt. Rejects with
   * `CHAOS_LEDGER_ENTRY_INVALID` for what cannot be recorded, and with `CHAOS_LEDGER_POISONED` for this and every later
   * entry once a write has failed.
   */
  async append(entry: LedgerEntry, options: AppendOptions = {}): Promise<LedgerReceipt> {
    const leaf =
      this.#seal === undefined ? this.#leaf(entry, options) : await this.#sealedLeaf(entry, options, this.#seal);
    const index = await this.#commits.append(leaf);
    this.#recent.add({ index, text: leaf.text });
    return { index };
  }

  /** Appends an entry of the ledger itself. */
  record(type: string, data: JsonObject, about?: Parameters<EntryWriter['entry']>[2]): Promise<LedgerReceipt> {
    return this.append(this.#writer.entry(type, data, about));
  }

  #leaf(entry: LedgerEntry, { late }: AppendOptions): Leaf {
    const { text, redactions } = this.#redactor.redact(entry.type, entry.data);
    return encodeLeaf(entry, { text, redactions, sealed: [] }, late);
  }

  async #sealedLeaf(entry: LedgerEntry, { late }: AppendOptions, rules: SealRules): Promise<Leaf> {
    // Sealed first: what is encrypted needs no redaction, and must not leave a trace in the list of redactions.
    const { data, sealed } = await seal(entry, entry.data, rules);
    const { text, redactions } = this.#redactor.redact(entry.type, data);
    return encodeLeaf(entry, { text, redactions, sealed }, late);
  }

  head(): Promise<LogHead> {
    return this.store.head();
  }

  /** The signed checkpoint of the log as it is, or as it was at `size` entries (C2SP tlog-checkpoint). */
  async checkpoint(size?: number): Promise<string> {
    return (await checkpointAt(this.store, size ?? (await this.head()).size)).note;
  }

  /** The public keys of the log, oldest first. */
  keys(): readonly LogKey[] {
    return this.store.keys();
  }

  /** Throws `CHAOS_LEDGER_NOT_FOUND` or `CHAOS_LEDGER_PRUNED`. */
  async entry(index: number): Promise<LedgerRecord> {
    if (Number.isSafeInteger(index) && index >= 0) {
      for await (const stored of this.store.read(index, index + 1)) return recordOf(stored);
    }
    throw new ChaosError('CHAOS_LEDGER_NOT_FOUND', `expected the index of an entry, got ${index}`);
  }

  /** A page of matching entries, newest first by default. */
  query(options: QueryOptions = {}): Promise<Page> {
    return queryPage(this.store, options);
  }

  /** Matching entries as they become durable. */
  tail(options: TailOptions = {}): AsyncGenerator<LedgerRecord> {
    return tail(this.store, options);
  }

  /** The last entries this process has seen, newest first, from memory. Default 50. */
  recent(count = 50): LedgerRecord[] {
    return this.#recent.last(count);
  }

  /** Reads the last entries into the memory of {@link recent}. */
  async warm(count = 50): Promise<this> {
    const { size, first } = await this.head();
    for await (const stored of this.store.read(Math.max(first, size - count), size)) this.#recent.add(stored);
    return this;
  }

  /** What the runs amounted to, derived from their entries. */
  incidents(filter: EntryFilter = {}): Promise<IncidentView[]> {
    return incidentViews(this.store, expanded(filter));
  }

  /** A self-contained proof that entry `index` is in the log (C2SP tlog-proof), under the newest checkpoint. */
  async prove(index: number): Promise<string> {
    return tlogProof(this.store, index, await this.head());
  }

  /** Hashes that prove the log of `size` entries (default: all) to begin with the log of `old` entries. */
  async consistency(old: number, size?: number): Promise<readonly Hash[]> {
    return consistencyOf(this.store, old, size ?? (await this.head()).size);
  }

  /**
   * Hands over to another key: announced in an entry that the old key signs, in effect from the next commit on. Without
   * `next` a fresh key is made and kept where the old one was.
   */
  async rotateKey(next: NoteSigner = generateSigner(this.origin)): Promise<void> {
    if (next.verifier.name !== this.origin) {
      throw new ChaosError(
        'CHAOS_LEDGER_KEY_INVALID',
        `expected a key named ${this.origin}, got ${next.verifier.name}`,
      );
    }
    const data = { vkey: next.verifier.vkey, previous: this.store.signer.verifier.vkey };
    const entry = this.#writer.entry(LEDGER_EVENT.keyRotated, data);
    const announcement = encodeLeaf(entry, { text: canonicalJson(data), redactions: [], sealed: [] });
    await this.#commits.exclusively(() => this.store.rotate(next, announcement));
  }

  /** Runs between two commits. For what must not see the log grow. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return this.#commits.exclusively(work);
  }

  /** Waits for what was accepted, then closes. Appending afterwards rejects with `CHAOS_LEDGER_CLOSED`. */
  async close(): Promise<void> {
    if (this.#commits.refusal?.code === 'CHAOS_LEDGER_CLOSED') return;
    await this.#commits.close();
    await this.store.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
