import { type Hash, isHash, nodeHash } from './hash.ts';

/** Hash of the tree over leaves `[from, to)`. `to - from` is a power of two and `from` a multiple of it, or `to` is the size. */
export type RangeHash = (from: number, to: number) => Promise<Hash>;

/** Largest power of two below `size` (RFC 6962, section 2.1: `k`). */
export function splitPoint(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

/** Audit path of leaf `index` in the tree of `size` leaves (RFC 6962, section 2.1.1). */
export async function inclusionPath(index: number, size: number, hashOf: RangeHash): Promise<Hash[]> {
  const path: Hash[] = [];
  let from = 0;
  let to = size;
  while (to - from > 1) {
    const middle = from + splitPoint(to - from);
    if (index < middle) {
      path.push(await hashOf(middle, to));
      to = middle;
    } else {
      path.push(await hashOf(from, middle));
      from = middle;
    }
  }
  return path.reverse();
}

/** Consistency proof between the trees of `old` and `size` leaves (RFC 6962, section 2.1.2). */
export async function consistencyPath(old: number, size: number, hashOf: RangeHash): Promise<Hash[]> {
  if (old === 0 || old === size) return [];
  const path: Hash[] = [];
  let from = 0;
  let to = size;
  while (old !== to) {
    const middle = from + splitPoint(to - from);
    if (old <= middle) {
      path.push(await hashOf(middle, to));
      to = middle;
    } else {
      path.push(await hashOf(from, middle));
      from = middle;
    }
  }
  // The old tree's own root is known to the verifier unless the walk ever went right.
  if (from > 0) path.push(await hashOf(from, to));
  return path.reverse();
}

function isIndex(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** Halves an index; shifts would cut it to 32 bits. */
const half = (value: number): number => Math.floor(value / 2);

/** True when `path` proves that `leaf` is entry `index` of the tree (RFC 9162, section 2.1.3.2). */
export function verifyInclusion(leaf: Hash, index: number, size: number, path: readonly Hash[], root: Hash): boolean {
  if (!isIndex(index) || !isIndex(size) || index >= size) return false;
  if (![leaf, root, ...path].every(isHash)) return false;
  let first = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of path) {
    if (last === 0) return false;
    if (first % 2 === 1 || first === last) {
      hash = nodeHash(sibling, hash);
      while (first % 2 === 0 && first !== 0) {
        first = half(first);
        last = half(last);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    first = half(first);
    last = half(last);
  }
  return last === 0 && hash === root;
}

/**
 * True when `path` proves that the tree of `size` starts with the tree of `old` (RFC 9162, section 2.1.4.2). The empty
 * tree is the start of every tree, so for `old` 0 there is nothing to prove and the answer is false.
 */
export function verifyConsistency(
  old: number,
  size: number,
  oldRoot: Hash,
  root: Hash,
  path: readonly Hash[],
): boolean {
  if (!isIndex(old) || !isIndex(size) || old > size || old === 0) return false;
  // Comparing is all there is to check here; the callers' checkpoints hold nothing but 32-byte roots.
  if (old === size) return path.length === 0 && oldRoot === root;
  if (![oldRoot, root, ...path].every(isHash)) return false;
  return walkConsistency(old, size, oldRoot, root, path);
}

function walkConsistency(old: number, size: number, oldRoot: Hash, root: Hash, path: readonly Hash[]): boolean {
  let first = old - 1;
  let last = size - 1;
  while (first % 2 === 1) {
    first = half(first);
    last = half(last);
  }
  const [start, ...rest] = first === 0 ? [oldRoot, ...path] : path;
  if (start === undefined) return false;
  let before = start;
  let after = start;
  for (const sibling of rest) {
    if (last === 0) return false;
    if (first % 2 === 1 || first === last) {
      before = nodeHash(sibling, before);
      after = nodeHash(sibling, after);
      while (first % 2 === 0 && first !== 0) {
        first = half(first);
        last = half(last);
      }
    } else {
      after = nodeHash(after, sibling);
    }
    first = half(first);
    last = half(last);
  }
  return last === 0 && before === oldRoot && after === root;
}
