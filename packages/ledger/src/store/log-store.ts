import type { Leaf } from '../entry/leaf.ts';
import type { Hash } from '../merkle/hash.ts';
import type { RangeHash } from '../merkle/proofs.ts';
import type { TileRoots } from '../merkle/tile-roots.ts';
import type { NoteSigner } from '../note/signer.ts';
import type { NoteVerifier } from '../note/verifier.ts';
import type { Search } from '../query/search.ts';

/** How far a log goes. */
export interface LogHead {
  readonly size: number;
  /** Entries below were removed by retention. A multiple of 256. */
  readonly first: number;
  readonly root: Hash;
  /** The signed checkpoint of exactly this size. */
  readonly note: string;
}

export interface StoredEntry {
  readonly index: number;
  /** The exact bytes that were hashed, as text. */
  readonly text: string;
  /** The hash that is stored beside the entry, if the store keeps one. */
  readonly leaf?: Hash;
}

/** The keys that signed a log, oldest first; each is in effect for checkpoints above `from`. */
export interface LogKey {
  readonly from: number;
  readonly verifier: NoteVerifier;
  /** The entry that announced the key, and the checkpoint of exactly `from` entries under the key before. */
  readonly handover?: { readonly entry: string; readonly note: string };
}

/** Small texts that must survive: cursors of forwarding, cosigned checkpoints. Names are `[a-z0-9.-]+`. */
export interface StateTexts {
  get(name: string): Promise<string | undefined>;
  /** Durable when it resolves. */
  put(name: string, text: string): Promise<void>;
  names(): Promise<readonly string[]>;
}

/**
 * What a place to keep a log must give. Everything else (queue, idempotency under concurrency, redaction, queries,
 * proofs, forwarding, retention) is the same for every store.
 */
export interface LogStore {
  readonly origin: string;
  /** Signs checkpoints of this log: the key in effect. */
  readonly signer: NoteSigner;
  readonly state: StateTexts;
  /** Oldest first. */
  keys(): readonly LogKey[];
  head(): Promise<LogHead>;
  /**
   * Appends in order and resolves with the index of each when all are durable. A leaf whose id the log holds already
   * gets the index of the first. Called one at a time.
   */
  commit(leaves: readonly Leaf[]): Promise<readonly number[]>;
  /** Entries `[from, to)`, both within the log. Throws `CHAOS_LEDGER_PRUNED` below `first`. */
  read(from: number, to: number): AsyncIterable<StoredEntry>;
  /** The kept checkpoints of sizes in `(from, to]`, ascending. The one of `to` is always there when `to` is the size. */
  checkpoints(from: number, to: number): AsyncIterable<{ readonly note: string }>;
  /** Indexes of entries that match, in the search's order, at most `limit`. */
  search(search: Search): Promise<readonly number[]>;
  /** For proofs within the log as it is now. */
  ranges(): Promise<{ readonly roots: TileRoots; readonly rangeHash: RangeHash }>;
  /** Resolves when the log has more than `size` entries; rejects when the signal fires. */
  beyond(size: number, signal: AbortSignal): Promise<void>;
  /** The entry of this leaf is committed under the old key, then the new one takes over. */
  rotate(next: NoteSigner, announcement: Leaf): Promise<void>;
  /** Lowest index that `prune` could make the first, at most `upto`. */
  prunable(upto: number): Promise<number>;
  /** Bytes of entries from `from` on. */
  bytesFrom(from: number): Promise<number>;
  /** Removes entries below `upto`, which `prunable` returned. Their tile roots stay. */
  prune(upto: number): Promise<void>;
  close(): Promise<void>;
}
