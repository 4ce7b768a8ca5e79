import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { ChaosError, type Clock } from '@bridge/chaos-core';
import type { Leaf } from '../entry/leaf.ts';
import type { Frontier } from '../merkle/frontier.ts';
import { type Hash, leafHash } from '../merkle/hash.ts';
import { rangeHasher, TILE_LEVEL, type TileRoots } from '../merkle/tile-roots.ts';
import { TILE_WIDTH } from '../merkle/tiles.ts';
import { signCheckpoint } from '../note/checkpoint.ts';
import type { KeyChain } from '../note/key-chain.ts';
import type { NoteSigner, OwnSigner } from '../note/signer.ts';
import type { Search } from '../query/search.ts';
import type { LogHead, LogKey, LogStore, StateTexts, StoredEntry } from '../store/log-store.ts';
import { Watchers } from '../store/watchers.ts';
import { Batch } from './batch.ts';
import { formatCommitLine } from './commit-line.ts';
import type { DirectoryLock } from './directory-lock.ts';
import { type EntryIndex, indexedFields } from './entry-index.ts';
import { readEntries } from './entry-reader.ts';
import { fileState } from './file-state.ts';
import { promoteKey, stageKey } from './key-files.ts';
import { type Layout, listSegments } from './layout.ts';
import type { LoadedLog } from './load-log.ts';
import { writePruned } from './pruned-file.ts';
import { SegmentWriter } from './segment-writer.ts';

export interface SegmentLimits {
  /** Bytes after which the next multiple of 256 entries begins a new segment. */
  readonly bytes: number;
  /** The same for the age of a segment's first entry, in ms. */
  readonly age: number;
}

/** How often the newest checkpoint is written beside the segments while appending, in ms. */
const CHECKPOINT_EVERY = 1_000;

export interface EmbeddedParts {
  readonly layout: Layout;
  readonly lock: DirectoryLock;
  readonly log: LoadedLog;
  readonly signer: NoteSigner;
  readonly writer: SegmentWriter;
  /** Checkpoint of the log as it was loaded. */
  readonly note: string;
  readonly limits: SegmentLimits;
  readonly clock: Clock;
}

/** A log in a folder: append-only segments, one fdatasync and one signature per commit. */
export class EmbeddedStore implements LogStore {
  readonly origin: string;
  readonly state: StateTexts;
  readonly #layout: Layout;
  readonly #lock: DirectoryLock;
  readonly #limits: SegmentLimits;
  readonly #clock: Clock;
  readonly #frontier: Frontier;
  readonly #roots: TileRoots;
  readonly #index: EntryIndex;
  readonly #keys: KeyChain;
  readonly #batch = new Batch();
  readonly #watchers = new Watchers();
  #signer: NoteSigner;
  #writer: SegmentWriter;
  #head: LogHead;
  #segmentSince: number;
  #checkpointAt: number;

  constructor({ layout, lock, log, signer, writer, note, limits, clock }: EmbeddedParts) {
    this.origin = signer.verifier.name;
    this.state = fileState(layout.state);
    this.#layout = layout;
    this.#lock = lock;
    this.#limits = limits;
    this.#clock = clock;
    this.#frontier = log.frontier;
    this.#roots = log.roots;
    this.#index = log.index;
    this.#keys = log.keys;
    this.#signer = signer;
    this.#writer = writer;
    this.#head = { size: log.frontier.size, first: log.first, root: log.frontier.root(), note };
    this.#segmentSince = clock.wall();
    this.#checkpointAt = clock.now();
  }

  get signer(): NoteSigner {
    return this.#signer;
  }

  keys(): readonly LogKey[] {
    return this.#keys.keys;
  }

  async head(): Promise<LogHead> {
    return this.#head;
  }

  async commit(leaves: readonly Leaf[]): Promise<readonly number[]> {
    const indexes: number[] = [];
    const fresh: Leaf[] = [];
    const next = this.#head.size;
    for (const leaf of leaves) {
      const known = await this.#find(leaf.id);
      indexes.push(known ?? next + fresh.length);
      if (known === undefined) fresh.push(leaf);
    }
    for (let done = 0; done < fresh.length; ) {
      const room = await this.#roomInSegment();
      const part = fresh.slice(done, done + room);
      await this.#write(part);
      done += part.length;
    }
    return indexes;
  }

  /** How many entries may go into the segment: up to the next tile when it is due to end, any number otherwise. */
  async #roomInSegment(): Promise<number> {
    const { length } = this.#writer;
    const age = this.#clock.wall() - this.#segmentSince;
    if (length === 0 || (length < this.#limits.bytes && age < this.#limits.age)) return Number.POSITIVE_INFINITY;
    const beyondTile = this.#head.size % TILE_WIDTH;
    if (beyondTile > 0) return TILE_WIDTH - beyondTile;
    await this.#writer.close();
    this.#writer = await SegmentWriter.open(this.#layout, this.#head.size);
    this.#index.places.segment(this.#writer.base, this.#writer.path);
    this.#segmentSince = this.#clock.wall();
    return Number.POSITIVE_INFINITY;
  }

  async #write(leaves: readonly Leaf[]): Promise<void> {
    const base = this.#head.size;
    const offset = this.#writer.length;
    const positions: number[] = [];
    const length = this.#batch.lay(leaves, (hash, _, position) => {
      positions.push(position);
      this.#frontier.append(hash, (level, node) => {
        if (level === TILE_LEVEL) this.#roots.push(node);
      });
    });
    const head = await this.#sign();
    const line = formatCommitLine({ base, count: leaves.length, offset, note: head.note });
    await this.#writer.append(this.#batch.finish(length, line));
    for (const [at, leaf] of leaves.entries()) {
      this.#index.add({ id: leaf.id, facets: leaf.facets, offset: offset + (positions[at] ?? 0), length: leaf.length });
    }
    this.#head = head;
    this.#watchers.reached(head.size);
    if (this.#clock.now() - this.#checkpointAt >= CHECKPOINT_EVERY) await this.#keepCheckpoint();
  }

  async #sign(): Promise<LogHead> {
    const { size } = this.#frontier;
    const root = this.#frontier.root();
    const note = await signCheckpoint({ origin: this.origin, size, root }, [this.#signer]);
    return { size, first: this.#head.first, root, note };
  }

  /** Not synced: it must survive the process, and may miss what a power cut took. */
  async #keepCheckpoint(): Promise<void> {
    this.#checkpointAt = this.#clock.now();
    const next = `${this.#layout.checkpoint}.next`;
    await writeFile(next, this.#head.note);
    await rename(next, this.#layout.checkpoint);
  }

  async #find(id: string): Promise<number | undefined> {
    for (const index of this.#index.ids.candidates(id)) {
      for await (const { text } of readEntries(this.#index.places, index, index + 1)) {
        if (indexedFields(text).id === id) return index;
      }
    }
    return undefined;
  }

  async *read(from: number, to: number): AsyncGenerator<StoredEntry> {
    if (from < this.#head.first) throw pruned(from, this.#head.first);
    yield* readEntries(this.#index.places, from, Math.min(to, this.#head.size));
  }

  /** The commits' own checkpoints stay in the segments, where `verifyDirectory` reads them. */
  async *checkpoints() {
    yield { note: this.#head.note };
  }

  async search(search: Search): Promise<readonly number[]> {
    return this.#index.facets.search(search);
  }

  async ranges(): Promise<{ roots: TileRoots; rangeHash: (from: number, to: number) => Promise<Hash> }> {
    return { roots: this.#roots, rangeHash: rangeHasher(this.#roots, (tile) => this.#leavesOf(tile)) };
  }

  async #leavesOf(tile: number): Promise<readonly Hash[]> {
    const leaves: Hash[] = [];
    for await (const { text } of this.read(tile * TILE_WIDTH, (tile + 1) * TILE_WIDTH)) {
      leaves.push(leafHash(Buffer.from(text)));
    }
    return leaves;
  }

  beyond(size: number, signal: AbortSignal): Promise<void> {
    return this.#watchers.beyond(size, this.#head.size, signal);
  }

  async rotate(next: NoteSigner, announcement: Leaf): Promise<void> {
    if (isOwnSigner(next)) await stageKey(this.#layout, next);
    await this.commit([announcement]);
    this.#keys.entry(announcement.facets.type, { vkey: next.verifier.vkey }, announcement.text);
    this.#keys.committed(this.#head.size, this.#head.note);
    this.#signer = next;
    if (isOwnSigner(next)) await promoteKey(this.#layout);
  }

  async prunable(upto: number): Promise<number> {
    const bases = (await listSegments(this.#layout, this.#head.first)).map(({ base }) => base);
    return bases.findLast((base) => base <= upto) ?? this.#head.first;
  }

  async bytesFrom(from: number): Promise<number> {
    const segments = (await listSegments(this.#layout, this.#head.first)).filter(({ base }) => base >= from);
    const sizes = await Promise.all(segments.map(async ({ path }) => (await stat(path)).size));
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  async prune(upto: number): Promise<void> {
    const doomed = (await listSegments(this.#layout, this.#head.first)).filter(({ base }) => base < upto);
    await writePruned(this.#layout, upto, this.#roots.first(upto / TILE_WIDTH), this.#keys.keys);
    this.#head = { ...this.#head, first: upto };
    for (const { path } of doomed) await rm(path);
  }

  async close(): Promise<void> {
    this.#watchers.close();
    await this.#keepCheckpoint();
    await this.#writer.close();
    this.#lock.release();
  }
}

function isOwnSigner(signer: NoteSigner): signer is OwnSigner {
  return 'skey' in signer;
}

function pruned(index: number, first: number): ChaosError {
  return new ChaosError(
    'CHAOS_LEDGER_PRUNED',
    `entry ${index} was removed by retention; the first that is left is ${first}`,
  );
}
