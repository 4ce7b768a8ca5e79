import { Frontier, rootOf } from './frontier.ts';
import { type Hash, nodeHash } from './hash.ts';
import { type RangeHash, splitPoint } from './proofs.ts';
import { TILE_WIDTH } from './tiles.ts';

/** Tree level of the root of a full tile. */
export const TILE_LEVEL = 8;

/**
 * The complete nodes from level 8 up: 64 bytes of hash per 256 entries. With these and the leaves of one tile any
 * proof is a few lookups, and they are all that must outlive the entries that retention removes.
 */
export class TileRoots {
  readonly #levels: Hash[][] = [[]];

  constructor(roots: Iterable<Hash> = []) {
    for (const root of roots) this.push(root);
  }

  /** Number of full tiles. */
  get count(): number {
    return this.#levels[0]?.length ?? 0;
  }

  /** Appends the root of the next full tile. */
  push(root: Hash): void {
    let hash = root;
    for (let level = 0; ; level += 1) {
      const nodes = this.#levels[level] ?? [];
      this.#levels[level] = nodes;
      nodes.push(hash);
      const left = nodes.at(-2);
      if (nodes.length % 2 === 1 || left === undefined) return;
      hash = nodeHash(left, hash);
    }
  }

  /** Node `index` of tree level `8 + level`, if it is complete. */
  node(level: number, index: number): Hash | undefined {
    return this.#levels[level]?.[index];
  }

  /** Roots of the first `count` full tiles. */
  first(count: number): readonly Hash[] {
    return (this.#levels[0] ?? []).slice(0, count);
  }

  /** The frontier of the tree of `count` full tiles: where appending goes on after those entries were removed. */
  frontier(count: number): Frontier {
    const peaks: (Hash | undefined)[] = Array.from({ length: TILE_LEVEL });
    let covered = 0;
    for (let level = Math.floor(Math.log2(Math.max(count, 1))); level >= 0; level -= 1) {
      const width = 2 ** level;
      if (Math.floor(count / width) % 2 === 0) continue;
      peaks[TILE_LEVEL + level] = this.node(level, covered / width);
      covered += width;
    }
    return new Frontier(count * TILE_WIDTH, peaks);
  }
}

/** Hashes of the leaves `[tile * 256, …)` as far as they exist, at most 256. */
export type TileLeaves = (tile: number) => Promise<readonly Hash[]>;

/** Hashes of ranges from the tile roots, going to the leaves of one tile only where a range ends inside it. */
export function rangeHasher(roots: TileRoots, leavesOf: TileLeaves): RangeHash {
  const seen = new Map<number, Promise<readonly Hash[]>>();
  const leaves = (tile: number): Promise<readonly Hash[]> => {
    const known = seen.get(tile) ?? leavesOf(tile);
    seen.set(tile, known);
    return known;
  };
  const rangeHash: RangeHash = async (from, to) => {
    const width = to - from;
    if (width >= TILE_WIDTH && Number.isInteger(Math.log2(width))) {
      const node = roots.node(Math.log2(width) - TILE_LEVEL, from / width);
      if (node !== undefined) return node;
    }
    if (width <= TILE_WIDTH) {
      const tile = Math.floor(from / TILE_WIDTH);
      return rootOf((await leaves(tile)).slice(from - tile * TILE_WIDTH, to - tile * TILE_WIDTH));
    }
    const middle = from + splitPoint(width);
    return nodeHash(await rangeHash(from, middle), await rangeHash(middle, to));
  };
  return rangeHash;
}
