import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ChaosLedger } from '../ledger/chaos-ledger.ts';
import { hashBytes, leafHash } from '../merkle/hash.ts';
import type { TileRoots } from '../merkle/tile-roots.ts';
import { TILE_LEVEL } from '../merkle/tile-roots.ts';
import { TILE_WIDTH, type Tile, tileLevels, tilePath, tilesOfLevel } from '../merkle/tiles.ts';
import type { LogHead, LogStore } from '../store/log-store.ts';

/**
 * Writes the log as static files in the layout of C2SP tlog-tiles, which any tlog client can read. What retention
 * removed is left out: entry bundles and level-0 tiles begin with the first entry that is left. Returns the head that was
 * written. The checkpoint comes last, so that a reader never sees one without its tiles.
 */
export async function exportTiles(ledger: ChaosLedger, directory: string): Promise<LogHead> {
  const head = await ledger.head();
  const { roots } = await ledger.store.ranges();
  await writeLeafTiles(ledger.store, head, directory);
  for (let level = 1; level < tileLevels(head.size); level += 1) {
    for (const tile of tilesOfLevel(level, head.size)) await writeTile(directory, tile, upperTile(roots, tile, level));
  }
  await writeFile(join(directory, 'checkpoint'), head.note);
  return head;
}

async function writeLeafTiles(store: LogStore, head: LogHead, directory: string): Promise<void> {
  for (const tile of tilesOfLevel('entries', head.size, head.first / TILE_WIDTH)) {
    const bundle: Buffer[] = [];
    const hashes: Buffer[] = [];
    const from = tile.index * TILE_WIDTH;
    for await (const { text } of store.read(from, from + tile.width)) {
      const bytes = Buffer.from(text);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(bytes.length);
      bundle.push(length, bytes);
      hashes.push(hashBytes(leafHash(bytes)));
    }
    await writeTile(directory, tile, Buffer.concat(bundle));
    await writeTile(directory, { ...tile, level: 0 }, Buffer.concat(hashes));
  }
}

function upperTile(roots: TileRoots, { index, width }: Tile, level: number): Buffer {
  const hashes = Array.from({ length: width }, (_, at) => {
    const hash = roots.node(TILE_LEVEL * (level - 1), index * TILE_WIDTH + at);
    if (hash === undefined) throw new Error(`node ${index * TILE_WIDTH + at} of tile level ${level} is missing`);
    return hashBytes(hash);
  });
  return Buffer.concat(hashes);
}

async function writeTile(directory: string, tile: Tile, content: Buffer): Promise<void> {
  const path = join(directory, tilePath(tile));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
