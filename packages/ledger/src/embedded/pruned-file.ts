import * as z from 'zod';
import { type Hash, isHash } from '../merkle/hash.ts';
import { TileRoots } from '../merkle/tile-roots.ts';
import { TILE_WIDTH } from '../merkle/tiles.ts';
import { parseVerifierKey } from '../note/verifier.ts';
import type { LogKey } from '../store/log-store.ts';
import { replaceFile } from './durable-file.ts';
import { readOptional } from './key-files.ts';
import type { Layout } from './layout.ts';

/** What is left of removed entries: the roots of their tiles, and the keys up to the one in effect where they end. */
export interface PrunedPart {
  /** Index of the first entry that is still there. */
  readonly first: number;
  readonly roots: TileRoots;
  readonly keys: readonly LogKey[];
}

const schema = z.strictObject({
  first: z.int().nonnegative().multipleOf(TILE_WIDTH),
  roots: z.array(z.string().refine(isHash)),
  keys: z.array(z.strictObject({ from: z.int().nonnegative(), vkey: z.string() })),
});

export async function readPruned(layout: Layout): Promise<PrunedPart | undefined> {
  const text = await readOptional(layout.pruned);
  if (text === undefined) return undefined;
  const { first, roots, keys } = schema.parse(JSON.parse(text));
  return {
    first,
    roots: new TileRoots(roots),
    keys: keysUpTo(first, keys).map(({ from, vkey }) => ({ from, verifier: parseVerifierKey(vkey) })),
  };
}

export async function writePruned(
  layout: Layout,
  first: number,
  roots: readonly Hash[],
  keys: readonly LogKey[],
): Promise<void> {
  const text = JSON.stringify({
    first,
    roots,
    keys: keysUpTo(first, keys).map(({ from, verifier }) => ({ from, vkey: verifier.vkey })),
  });
  await replaceFile(layout.pruned, text);
}

/** Later keys are announced by entries that are left; a reader that knew them beforehand would take them for current. */
function keysUpTo<K extends { readonly from: number }>(first: number, keys: readonly K[]): readonly K[] {
  return keys.filter(({ from }) => from <= first);
}
