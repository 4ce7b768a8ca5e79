import type { Leaf } from '../entry/leaf.ts';
import { type Hash, prefixedLeafHash } from '../merkle/hash.ts';

/** Lays out the entry lines of a commit in one reused buffer and hashes them in place. */
export class Batch {
  #bytes = Buffer.alloc(2 ** 16);

  /** Calls back with each leaf's hash and its position from the start; returns the number of bytes. */
  lay(leaves: readonly Leaf[], hashed: (hash: Hash, leaf: Leaf, position: number) => void): number {
    const needed = leaves.reduce((sum, { length }) => sum + length + 1, 1);
    if (needed > this.#bytes.length) this.#bytes = Buffer.alloc(Math.max(needed, this.#bytes.length * 2));
    let at = 1;
    for (const leaf of leaves) {
      this.#bytes.write(leaf.text, at, leaf.length, 'utf8');
      this.#bytes[at - 1] = 0;
      hashed(prefixedLeafHash(this.#bytes.subarray(at - 1, at + leaf.length)), leaf, at - 1);
      this.#bytes[at - 1] = 0x0a;
      at += leaf.length + 1;
    }
    this.#bytes[at - 1] = 0x0a;
    return at - 1;
  }

  /** The first `length` bytes of what was laid out, then the commit line. */
  finish(length: number, commitLine: string): Buffer {
    return Buffer.concat([this.#bytes.subarray(1, 1 + length), Buffer.from(commitLine)]);
  }
}
