import { ChaosError } from '@bridge/chaos-core';
import type { Leaf } from '../entry/leaf.ts';
import { Frontier } from '../merkle/frontier.ts';
import { type Hash, leafHash } from '../merkle/hash.ts';
import { rangeHasher, TILE_LEVEL, TileRoots } from '../merkle/tile-roots.ts';
import { TILE_WIDTH } from '../merkle/tiles.ts';
import { signCheckpoint } from '../note/checkpoint.ts';
import type { NoteSigner } from '../note/signer.ts';
import type { Search } from '../query/search.ts';
import { FacetIndex } from '../store/facet-index.ts';
import type { LogHead, LogKey, LogStore, StateTexts, StoredEntry } from '../store/log-store.ts';
import { Watchers } from '../store/watchers.ts';

/** A log that lives as long as its process. For tests: the same proofs, queries and rules, no disk. */
export class MemoryStore implements LogStore {
  readonly origin: string;
  readonly state: StateTexts = memoryState();
  readonly #keys: LogKey[];
  readonly #frontier = new Frontier();
  readonly #roots = new TileRoots();
  readonly #texts: string[] = [];
  readonly #ids = new Map<string, number>();
  readonly #facets = new FacetIndex(0);
  readonly #watchers = new Watchers();
  #signer: NoteSigner;
  #head: LogHead;

  private constructor(signer: NoteSigner, head: LogHead) {
    this.origin = signer.verifier.name;
    this.#signer = signer;
    this.#head = head;
    this.#keys = [{ from: 0, verifier: signer.verifier }];
  }

  static async create(signer: NoteSigner): Promise<MemoryStore> {
    const checkpoint = { origin: signer.verifier.name, size: 0, root: new Frontier().root() };
    return new MemoryStore(signer, { ...checkpoint, first: 0, note: await signCheckpoint(checkpoint, [signer]) });
  }

  get signer(): NoteSigner {
    return this.#signer;
  }

  keys(): readonly LogKey[] {
    return this.#keys;
  }

  async head(): Promise<LogHead> {
    return this.#head;
  }

  async commit(leaves: readonly Leaf[]): Promise<readonly number[]> {
    const indexes = leaves.map((leaf) => this.#ids.get(leaf.id) ?? this.#append(leaf));
    const checkpoint = { origin: this.origin, size: this.#frontier.size, root: this.#frontier.root() };
    const note = await signCheckpoint(checkpoint, [this.#signer]);
    this.#head = { ...checkpoint, first: this.#head.first, note };
    this.#watchers.reached(checkpoint.size);
    return indexes;
  }

  #append(leaf: Leaf): number {
    const index = this.#frontier.size;
    this.#texts.push(leaf.text);
    this.#ids.set(leaf.id, index);
    this.#facets.add(leaf.facets);
    this.#frontier.append(leafHash(Buffer.from(leaf.text)), (level, hash) => {
      if (level === TILE_LEVEL) this.#roots.push(hash);
    });
    return index;
  }

  async *read(from: number, to: number): AsyncGenerator<StoredEntry> {
    const { first, size } = this.#head;
    if (from < first) {
      throw new ChaosError(
        'CHAOS_LEDGER_PRUNED',
        `entry ${from} was removed by retention; the first that is left is ${first}`,
      );
    }
    for (let index = from; index < Math.min(to, size); index += 1) yield { index, text: this.#texts[index] ?? '' };
  }

  async *checkpoints() {
    yield { note: this.#head.note };
  }

  async search(search: Search): Promise<readonly number[]> {
    return this.#facets.search({ ...search, from: Math.max(search.from, this.#head.first) });
  }

  async ranges() {
    const leavesOf = async (tile: number): Promise<Hash[]> => {
      const leaves: Hash[] = [];
      for await (const { text } of this.read(tile * TILE_WIDTH, (tile + 1) * TILE_WIDTH))
        leaves.push(leafHash(Buffer.from(text)));
      return leaves;
    };
    return { roots: this.#roots, rangeHash: rangeHasher(this.#roots, leavesOf) };
  }

  beyond(size: number, signal: AbortSignal): Promise<void> {
    return this.#watchers.beyond(size, this.#head.size, signal);
  }

  async rotate(next: NoteSigner, announcement: Leaf): Promise<void> {
    await this.commit([announcement]);
    this.#signer = next;
    const handover = { entry: announcement.text, note: this.#head.note };
    this.#keys.push({ from: this.#head.size, verifier: next.verifier, handover });
  }

  async prunable(upto: number): Promise<number> {
    return Math.max(this.#head.first, Math.floor(upto / TILE_WIDTH) * TILE_WIDTH);
  }

  async bytesFrom(from: number): Promise<number> {
    return this.#texts.slice(from).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  }

  async prune(upto: number): Promise<void> {
    this.#texts.fill('', this.#head.first, upto);
    this.#head = { ...this.#head, first: upto };
  }

  async close(): Promise<void> {
    this.#watchers.close();
  }
}

function memoryState(): StateTexts {
  const texts = new Map<string, string>();
  return {
    get: async (name) => texts.get(name),
    put: async (name, text) => void texts.set(name, text),
    names: async () => [...texts.keys()],
  };
}
