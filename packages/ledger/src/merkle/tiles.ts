/** Hashes per tile and entries per bundle (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;

/** One tile of C2SP tlog-tiles. `width` is 256 unless the tile is the partial one at the right edge. */
export interface Tile {
  readonly level: number | 'entries';
  readonly index: number;
  readonly width: number;
}

/** `1234067` → `x001/x234/067` (C2SP tlog-tiles, "Merkle Tree"). */
export function encodeTileIndex(index: number): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  return groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
}

export function tilePath(tile: Tile): string {
  const path = `tile/${tile.level}/${encodeTileIndex(tile.index)}`;
  return tile.width === TILE_WIDTH ? path : `${path}.p/${tile.width}`;
}

/** The tile a path names, or undefined when it is not exactly the path of a tile. */
export function parseTilePath(path: string): Tile | undefined {
  const match = /^tile\/(entries|0|[1-9]\d?)\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path);
  if (match === null) return undefined;
  const [, level = '', index = '', width] = match;
  const tile: Tile = {
    level: level === 'entries' ? level : Number(level),
    index: Number(index.replaceAll(/[x/]/g, '')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  };
  return tilePath(tile) === path ? tile : undefined;
}

/** Every tile of one level for a tree of `size` leaves, from tile `from` on: the full ones, then the partial one. */
export function* tilesOfLevel(level: number | 'entries', size: number, from = 0): Generator<Tile> {
  const hashes = Math.floor(size / TILE_WIDTH ** (level === 'entries' ? 0 : level));
  const full = Math.floor(hashes / TILE_WIDTH);
  for (let index = from; index < full; index += 1) yield { level, index, width: TILE_WIDTH };
  if (hashes % TILE_WIDTH > 0) yield { level, index: full, width: hashes % TILE_WIDTH };
}

/** How many hash levels a tree of `size` leaves has tiles for. */
export function tileLevels(size: number): number {
  let levels = 0;
  for (let hashes = size; hashes > 0; hashes = Math.floor(hashes / TILE_WIDTH)) levels += 1;
  return levels;
}
