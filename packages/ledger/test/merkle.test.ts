import { describe, expect, it } from 'vitest';
import { Frontier, rootOf } from '../src/merkle/frontier.ts';
import { type Hash, leafHash, nodeHash } from '../src/merkle/hash.ts';
import { consistencyPath, inclusionPath, verifyConsistency, verifyInclusion } from '../src/merkle/proofs.ts';
import { encodeTileIndex, parseTilePath, tilePath, tilesOfLevel } from '../src/merkle/tiles.ts';
import consistency from './vectors/merkle-consistency.json' with { type: 'json' };
import inclusion from './vectors/merkle-inclusion.json' with { type: 'json' };
import reference from './vectors/rfc6962-tree.json' with { type: 'json' };
import tilePaths from './vectors/tile-paths.json' with { type: 'json' };

const hex = (base64: string): Hash => Buffer.from(base64, 'base64').toString('hex');
const leaves = (count: number): Hash[] =>
  Array.from({ length: count }, (_, at) => leafHash(Buffer.from(`entry ${at}`)));
const rangeHash = (hashes: readonly Hash[]) => async (from: number, to: number) => rootOf(hashes.slice(from, to));

describe('the Merkle tree', () => {
  it.each(reference.hasher)('hashes $op as RFC 6962 does', (vector) => {
    if (vector.op === 'leaf') expect(leafHash(Buffer.from(vector.inputUtf8 ?? ''))).toBe(vector.hash);
    else {
      // The reference hashes raw text here, so the node is built by hand.
      const bytes = Buffer.from(`\u0001${vector.leftUtf8}${vector.rightUtf8}`, 'latin1');
      expect(leafHash(bytes)).not.toBe(vector.hash);
    }
  });

  it('has the reference roots of 0 to 8 leaves', () => {
    const frontier = new Frontier();
    expect(frontier.root()).toBe(reference.emptyRoot);
    for (const [at, leaf] of reference.leavesHex.entries()) {
      frontier.append(leafHash(Buffer.from(leaf, 'hex')));
      expect(frontier.root()).toBe(reference.rootsBySize[at + 1]);
    }
  });

  it('reports the reference nodes as they become complete', () => {
    const seen: Record<string, Hash[]> = {};
    const frontier = new Frontier();
    for (const leaf of reference.leavesHex) {
      frontier.append(leafHash(Buffer.from(leaf, 'hex')), (level, hash) => {
        seen[`level${level}`] = [...(seen[`level${level}`] ?? []), hash];
      });
    }
    expect(seen).toEqual(reference.nodes);
    expect(nodeHash(reference.nodes.level0[0] ?? '', reference.nodes.level0[1] ?? '')).toBe(reference.nodes.level1[0]);
  });

  it.each(inclusion.vectors)('inclusion $path ($desc): rejected = $wantErr', (vector) => {
    const path = (vector.proof ?? []).map(hex);
    const ok = verifyInclusion(hex(vector.leafHash), vector.leafIdx, vector.treeSize, path, hex(vector.root));
    expect(ok).toBe(!vector.wantErr);
  });

  it.each(consistency.vectors)('consistency $path ($desc): rejected = $wantErr', (vector) => {
    const path = (vector.proof ?? []).map(hex);
    const ok = verifyConsistency(vector.size1, vector.size2, hex(vector.root1), hex(vector.root2), path);
    expect(ok).toBe(!vector.wantErr);
  });

  it('proves every entry and every earlier size of trees up to 40 leaves', async () => {
    const all = leaves(40);
    for (let size = 1; size <= all.length; size += 1) {
      const root = rootOf(all.slice(0, size));
      for (let index = 0; index < size; index += 1) {
        const path = await inclusionPath(index, size, rangeHash(all));
        expect(verifyInclusion(all[index] ?? '', index, size, path, root)).toBe(true);
        const old = index + 1;
        const proof = await consistencyPath(old, size, rangeHash(all));
        expect(verifyConsistency(old, size, rootOf(all.slice(0, old)), root, proof)).toBe(true);
      }
    }
  });
});

describe('a path that does not reach the bottom of the tree proves nothing', () => {
  it('inner nodes are not entries', async () => {
    const all = leaves(8);
    const root = rootOf(all);
    const [left, right] = [rootOf(all.slice(0, 4)), rootOf(all.slice(4))];
    expect(verifyInclusion(left, 0, 8, [right], root)).toBe(false);
    expect(verifyInclusion(root, 0, 8, [], root)).toBe(false);
  });

  it('nor is a tree the start of a larger one because their roots are equal', () => {
    const root = rootOf(leaves(4));
    expect(verifyConsistency(4, 8, root, root, [])).toBe(false);
    expect(verifyConsistency(3, 8, root, root, [root])).toBe(false);
  });
});

describe('tiles', () => {
  it.each(tilePaths.c2sp.indexEncoding)('writes tile number %s as %s', (index, path) => {
    expect(encodeTileIndex(Number(index))).toBe(path);
  });

  it('reads back the paths it writes and no others', () => {
    for (const tile of [
      { level: 0, index: 0, width: 256 },
      { level: 'entries' as const, index: 123_456_078, width: 2 },
      { level: 2, index: 999, width: 17 },
    ]) {
      expect(parseTilePath(tilePath(tile))).toEqual(tile);
    }
    for (const wrong of [
      'tile/0/1',
      'tile/0/001.p/256',
      'tile/0/001.p/0',
      'tile/0/x000/001',
      'tile/00/001',
      'tile/0/001/',
    ]) {
      expect(parseTilePath(wrong)).toBeUndefined();
    }
  });

  it('counts the tiles of a tree of 70,000 leaves as the specification does', () => {
    const counts = [0, 1, 2].map((level) => {
      const tiles = [...tilesOfLevel(level, 70_000)];
      return {
        full: tiles.filter(({ width }) => width === 256).length,
        partial: tiles.find(({ width }) => width < 256)?.width ?? 0,
      };
    });
    const { level0, level1, level2 } = tilePaths.c2sp.treeSize70000;
    expect(counts).toEqual([level0, level1, level2]);
  });
});
