import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ChaosError, isChaosError } from '@bridge/chaos-core';
import { rangeHasher, type TileLeaves } from '../merkle/tile-roots.ts';
import { type Checkpoint, openCheckpoint } from '../note/checkpoint.ts';
import { syncDirectory } from './durable-file.ts';
import { readOptional } from './key-files.ts';
import { type Layout, segmentPath } from './layout.ts';
import type { LoadedLog, TornTail } from './load-log.ts';

/** What opening had to repair. */
export interface Repair {
  readonly [member: string]: string | number;
  /** Bytes that were cut off the last segment. */
  readonly bytes: number;
  readonly reason: string;
  /** Where they are kept. */
  readonly kept: string;
}

/** Keeps the bytes of a torn tail aside, then cuts it off. */
export async function cutTornTail(layout: Layout, { segment, end, reason }: TornTail): Promise<Repair> {
  const bytes = (await stat(segment.path)).size - end;
  const kept = join(layout.quarantine, `${segment.base}-${end}-${randomBytes(4).toString('hex')}`);
  await pipeline(createReadStream(segment.path, { start: end }), createWriteStream(kept, { flush: true }));
  await syncDirectory(layout.quarantine);
  const file = await open(segment.path, 'r+');
  try {
    await file.truncate(end);
    await file.sync();
  } finally {
    await file.close();
  }
  return { bytes, reason, kept };
}

/** Removes segments that a cut-off retention run had left behind. */
export async function removeLeftovers(layout: Layout, first: number): Promise<void> {
  for (const name of await readdir(layout.segments)) {
    const base = Number(/^(\d{12})\.jsonl$/.exec(name)?.[1]);
    if (base < first) await rm(segmentPath(layout, base));
  }
}

/**
 * Compares the log with every checkpoint of it that was kept elsewhere in the folder. A log that ends before one of them,
 * or has another root there, was cut, put back or rewritten. Throws `CHAOS_LEDGER_DAMAGED`.
 */
export async function checkAnchors(layout: Layout, log: LoadedLog, leavesOf: TileLeaves): Promise<void> {
  const kept = [layout.checkpoint];
  for (const name of await readdir(layout.state)) {
    if (name.startsWith('anchor.')) kept.push(join(layout.state, name));
  }
  const rangeHash = rangeHasher(log.roots, leavesOf);
  for (const path of kept) {
    const anchor = readAnchor((await readOptional(path)) ?? '', log);
    if (anchor === undefined) continue;
    if (anchor.size > log.frontier.size) {
      throw damaged(`${path} proves that the log had ${anchor.size} entries; it has ${log.frontier.size}`);
    }
    if (anchor.size <= log.first) continue;
    const root = await rangeHash(0, anchor.size);
    if (root !== anchor.root) throw damaged(`${path} proves that the log had another root at ${anchor.size} entries`);
  }
}

function damaged(problem: string): ChaosError {
  return new ChaosError(
    'CHAOS_LEDGER_DAMAGED',
    `${problem}. Acknowledged entries are missing or changed; nothing was touched. Restore the segments from a copy, or a witness's mirror`,
  );
}

/** Undefined for what a crash left half written, or what is not signed by this log. */
function readAnchor(note: string, log: LoadedLog): Checkpoint | undefined {
  for (const { verifier } of log.keys.keys) {
    try {
      return openCheckpoint(note, verifier);
    } catch (error) {
      if (!isChaosError(error)) throw error;
    }
  }
  return undefined;
}
