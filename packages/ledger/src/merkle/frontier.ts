import { EMPTY_ROOT, type Hash, nodeHash } from './hash.ts';

/** Called with every node that became complete: its level (0 = leaf) and its hash, in order of completion. */
export type NodeCompleted = (level: number, hash: Hash) => void;

/**
 * All that appending needs of a tree: the roots of its complete subtrees, at most one per bit of the size ("compact
 * range" of RFC 6962, section 2.1).
 */
export class Frontier {
  #size: number;
  /** By level; holds a value exactly where the size has a one bit. */
  readonly #peaks: (Hash | undefined)[];

  constructor(size = 0, peaks: readonly (Hash | undefined)[] = []) {
    this.#size = size;
    this.#peaks = [...peaks];
  }

  get size(): number {
    return this.#size;
  }

  append(leaf: Hash, completed?: NodeCompleted): void {
    let hash = leaf;
    let level = 0;
    completed?.(0, hash);
    for (let peak = this.#peaks[0]; peak !== undefined; peak = this.#peaks[level]) {
      hash = nodeHash(peak, hash);
      this.#peaks[level] = undefined;
      level += 1;
      completed?.(level, hash);
    }
    this.#peaks[level] = hash;
    this.#size += 1;
  }

  root(): Hash {
    let root: Hash | undefined;
    for (const peak of this.#peaks) {
      if (peak !== undefined) root = root === undefined ? peak : nodeHash(peak, root);
    }
    return root ?? EMPTY_ROOT;
  }

  /** By level; null where the size has a zero bit. What {@link Frontier} is made of. */
  peaks(): (Hash | null)[] {
    return this.#peaks.map((peak) => peak ?? null);
  }

  clone(): Frontier {
    return new Frontier(this.#size, this.#peaks);
  }
}

/** Root of a list of leaf hashes. */
export function rootOf(leaves: readonly Hash[]): Hash {
  const frontier = new Frontier();
  for (const leaf of leaves) frontier.append(leaf);
  return frontier.root();
}
