import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Where things are in a ledger's folder. */
export interface Layout {
  readonly directory: string;
  readonly segments: string;
  readonly keys: string;
  readonly state: string;
  readonly quarantine: string;
  readonly lock: string;
  /** The newest checkpoint that was written down beside the segments, to notice a log that was cut or put back. */
  readonly checkpoint: string;
  /** Roots of the tiles that retention removed. */
  readonly pruned: string;
}

export function layoutOf(directory: string): Layout {
  return {
    directory,
    segments: join(directory, 'seg'),
    keys: join(directory, 'keys'),
    state: join(directory, 'state'),
    quarantine: join(directory, 'quarantine'),
    lock: join(directory, 'lock.db'),
    checkpoint: join(directory, 'checkpoint'),
    pruned: join(directory, 'pruned.json'),
  };
}

export interface SegmentFile {
  /** Index of its first entry. */
  readonly base: number;
  readonly path: string;
}

export function segmentPath(layout: Layout, base: number): string {
  return join(layout.segments, `${String(base).padStart(12, '0')}.jsonl`);
}

/** The segments that hold entries from `first` on, oldest first. */
export async function listSegments(layout: Layout, first: number): Promise<SegmentFile[]> {
  const names = (await readdir(layout.segments)).filter((name) => /^\d{12}\.jsonl$/.test(name)).sort();
  return names
    .map((name) => ({ base: Number(name.slice(0, 12)), path: join(layout.segments, name) }))
    .filter(({ base }) => base >= first);
}
