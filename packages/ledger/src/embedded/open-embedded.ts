import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Clock } from '@bridge/chaos-core';
import { EMPTY_ROOT, type Hash, leafHash } from '../merkle/hash.ts';
import { TILE_WIDTH } from '../merkle/tiles.ts';
import { signCheckpoint } from '../note/checkpoint.ts';
import type { NoteSigner } from '../note/signer.ts';
import { DirectoryLock } from './directory-lock.ts';
import { syncDirectory } from './durable-file.ts';
import { EmbeddedStore, type SegmentLimits } from './embedded-store.ts';
import { readEntries } from './entry-reader.ts';
import { openKeys, readOptional, redactionKey, signerInEffect } from './key-files.ts';
import { type Layout, layoutOf } from './layout.ts';
import { type LoadedLog, loadLog } from './load-log.ts';
import { readPruned } from './pruned-file.ts';
import { checkAnchors, cutTornTail, type Repair, removeLeftovers } from './recovery.ts';
import { SegmentWriter } from './segment-writer.ts';

export interface EmbeddedOptions {
  readonly directory: string;
  readonly origin: string | undefined;
  readonly signer: NoteSigner | undefined;
  readonly limits: SegmentLimits;
  readonly clock: Clock;
}

export interface OpenedStore {
  readonly store: EmbeddedStore;
  readonly repair: Repair | undefined;
  readonly redactionKey: Buffer;
}

/** Opens the log of a folder for writing: lock, keys, replay, repair of a torn tail, comparison with kept checkpoints. */
export async function openEmbedded(options: EmbeddedOptions): Promise<OpenedStore> {
  const layout = layoutOf(resolve(options.directory));
  await makeDirectories(layout);
  const lock = DirectoryLock.acquire(layout.lock);
  try {
    return await openLocked(layout, lock, options);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function openLocked(layout: Layout, lock: DirectoryLock, options: EmbeddedOptions): Promise<OpenedStore> {
  const { clock, limits } = options;
  const { originKey, signer: current } = await openKeys(layout, options.origin, options.signer);
  await removeLeftovers(layout, (await readPruned(layout))?.first ?? 0);
  const log = await loadLog(layout, originKey);
  await checkAnchors(layout, log, (tile) => leavesOfTile(log, tile));
  const signer = await signerInEffect(layout, current, log.keys.current);
  const repair = log.torn === undefined ? undefined : await cutTornTail(layout, log.torn);
  const writer = await openWriter(layout, log);
  const note = await headNote(layout, log, signer);
  const store = new EmbeddedStore({ layout, lock, log, signer, writer, note, limits, clock });
  return { store, repair, redactionKey: await redactionKey(layout) };
}

async function openWriter(layout: Layout, log: LoadedLog): Promise<SegmentWriter> {
  const last = log.segments.at(-1);
  const writer = await SegmentWriter.open(layout, last?.base ?? log.frontier.size);
  if (last === undefined) log.index.places.segment(writer.base, writer.path);
  return writer;
}

/** The checkpoint of the log as it is: the last commit's, or a new one when no commit is there. */
async function headNote(layout: Layout, log: LoadedLog, signer: NoteSigner): Promise<string> {
  const kept = log.note ?? (log.first > 0 ? await readOptional(layout.checkpoint) : undefined);
  const { size } = log.frontier;
  return (
    kept ??
    signCheckpoint({ origin: signer.verifier.name, size, root: size === 0 ? EMPTY_ROOT : log.frontier.root() }, [
      signer,
    ])
  );
}

export async function leavesOfTile(log: LoadedLog, tile: number): Promise<Hash[]> {
  const leaves: Hash[] = [];
  const to = Math.min((tile + 1) * TILE_WIDTH, log.frontier.size);
  for await (const { text } of readEntries(log.index.places, tile * TILE_WIDTH, to)) {
    leaves.push(leafHash(Buffer.from(text)));
  }
  return leaves;
}

async function makeDirectories(layout: Layout): Promise<void> {
  await mkdir(layout.directory, { recursive: true });
  for (const directory of [layout.segments, layout.state, layout.quarantine])
    await mkdir(directory, { recursive: true });
  await mkdir(layout.keys, { recursive: true, mode: 0o700 });
  await syncDirectory(layout.directory);
  await syncDirectory(dirname(layout.directory));
}
