import { ChaosError } from '@bridge/chaos-core';
import type { Frontier } from '../merkle/frontier.ts';
import { TileRoots } from '../merkle/tile-roots.ts';
import { KeyChain } from '../note/key-chain.ts';
import type { NoteVerifier } from '../note/verifier.ts';
import { EntryIndex, type IndexedEntry, indexedFields } from './entry-index.ts';
import { type Layout, listSegments, type SegmentFile } from './layout.ts';
import { LogReplay, type SegmentOutcome } from './log-replay.ts';
import { readPruned } from './pruned-file.ts';

/** What follows the last good commit: written, never acknowledged. */
export interface TornTail {
  readonly segment: SegmentFile;
  readonly end: number;
  readonly reason: string;
}

export interface LoadedLog {
  readonly first: number;
  readonly frontier: Frontier;
  readonly roots: TileRoots;
  readonly index: EntryIndex;
  readonly keys: KeyChain;
  readonly segments: readonly SegmentFile[];
  /** The last commit's checkpoint; undefined when the log has no entry here. */
  readonly note: string | undefined;
  readonly torn: TornTail | undefined;
}

/**
 * Reads a log as a whole: recomputes every root of every commit, checks the last signature and those of key
 * rotations, and builds the index. Changes nothing. Throws `CHAOS_LEDGER_DAMAGED` when something that was acknowledged
 * is not as it was written.
 */
export async function loadLog(layout: Layout, originKey: NoteVerifier): Promise<LoadedLog> {
  const pruned = await readPruned(layout);
  const first = pruned?.first ?? 0;
  const roots = pruned?.roots ?? new TileRoots();
  const index = new EntryIndex(first);
  const keys = new KeyChain(pruned?.keys ?? [{ from: 0, verifier: originKey }]);
  const builder = new IndexBuilder(index, keys);
  const replay = new LogReplay(roots.frontier(roots.count), roots, builder);
  const segments = await listSegments(layout, first);
  let torn: TornTail | undefined;
  for (const [at, segment] of segments.entries()) {
    index.places.segment(segment.base, segment.path);
    const outcome = await replay.segment(segment);
    if (outcome.kind === 'clean') continue;
    builder.discard();
    if (!outcome.torn || at < segments.length - 1) throw damaged(segment, outcome);
    torn = { segment, end: outcome.end, reason: outcome.reason };
  }
  if (builder.unchecked !== undefined) checkLast(keys, builder.unchecked, replay.frontier.size);
  return { first, frontier: replay.frontier, roots, index, keys, segments, note: builder.note, torn };
}

function damaged(
  { path }: SegmentFile,
  { offset, index, reason }: Extract<SegmentOutcome, { kind: 'broken' }>,
): ChaosError {
  return new ChaosError(
    'CHAOS_LEDGER_DAMAGED',
    `${path}, byte ${offset}, entry ${index}: ${reason}; later commits were acknowledged, so nothing was changed. Restore the file from a copy, or a witness's mirror`,
    { details: { path, offset, index } },
  );
}

function checkLast(keys: KeyChain, note: string, size: number): void {
  try {
    keys.open(note);
  } catch (cause) {
    throw new ChaosError(
      'CHAOS_LEDGER_DAMAGED',
      `the last checkpoint (size ${size}) is not signed by ${keys.current.vkey}`,
      {
        cause,
      },
    );
  }
}

/** Collects the entries of a commit and adds them to the index when the commit is good. */
class IndexBuilder {
  note: string | undefined;
  /** The last checkpoint, if its signature was not checked yet. */
  unchecked: string | undefined;
  readonly #index: EntryIndex;
  readonly #keys: KeyChain;
  #pending: IndexedEntry[] = [];

  constructor(index: EntryIndex, keys: KeyChain) {
    this.#index = index;
    this.#keys = keys;
  }

  entry(_: number, bytes: Buffer, offset: number): void {
    const text = bytes.toString();
    const { id, facets, data } = indexedFields(text);
    this.#keys.entry(facets.type, data, text);
    this.#pending.push({ id, facets, offset, length: bytes.length });
  }

  commit(size: number, _: string, note: string): void {
    this.note = note;
    this.unchecked = note;
    if (this.#keys.handsOver) {
      this.#keys.open(note);
      this.#keys.committed(size, note);
      this.unchecked = undefined;
    }
    for (const entry of this.#pending) this.#index.add(entry);
    this.#pending = [];
  }

  discard(): void {
    this.#pending = [];
    this.#keys.discard();
  }
}
