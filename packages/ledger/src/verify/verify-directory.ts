import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ChaosError } from '@bridge/chaos-core';
import { readOptional, readOriginKey } from '../embedded/key-files.ts';
import { type Layout, layoutOf, listSegments } from '../embedded/layout.ts';
import { LogReplay } from '../embedded/log-replay.ts';
import { readPruned } from '../embedded/pruned-file.ts';
import { TileRoots } from '../merkle/tile-roots.ts';
import { KeyChain } from '../note/key-chain.ts';
import { judgeAnchors, readKept, sizesOf } from './anchors.ts';
import { CommitChecker } from './commit-checker.ts';
import { type Integrity, reportOf, type VerifyReport } from './report.ts';
import { SourceCounts } from './source-counts.ts';
import { trusted, worse } from './trust.ts';
import type { VerifyOptions } from './verify-options.ts';

/**
 * Verifies a ledger's folder: every leaf and root is computed again. Reads only, takes no lock, streams: memory does not
 * grow with the log. What a writer has not acknowledged yet is left out.
 */
export async function verifyDirectory(directory: string, options: VerifyOptions = {}): Promise<VerifyReport> {
  const layout = layoutOf(resolve(directory));
  const originKey = await readOriginKey(layout);
  if (originKey === undefined) {
    throw new ChaosError('CHAOS_LEDGER_NOT_FOUND', `expected a ledger in ${directory}, found no keys/origin.vkey`);
  }
  const pruned = await readPruned(layout);
  const first = pruned?.first ?? 0;
  const keys = new KeyChain(pruned?.keys ?? [{ from: 0, verifier: originKey }]);
  const notes = [...(await keptNotes(layout)), ...(options.known ?? [])];
  const roots = pruned?.roots ?? new TileRoots();
  const counts = new SourceCounts(first === 0);
  const checker = new CommitChecker(keys, counts, options.everySignature ?? false);
  const replay = new LogReplay(roots.frontier(roots.count), roots, checker, sizesOf(notes));
  const integrity = (await replaySegments(layout, first, replay)) ?? checker.finish() ?? trusted(keys, options.policy);
  const kept = readKept(
    notes,
    keys.keys.map(({ verifier }) => verifier),
    [...(options.policy?.witnesses.values() ?? [])],
  );
  const { size } = replay.frontier;
  const { anchored, contradiction } = judgeAnchors(kept, { size, first, rootAt: (at) => replay.rootsAt.get(at) });
  return reportOf({
    origin: originKey.name,
    size,
    first,
    root: replay.frontier.root(),
    trust: options.policy === undefined ? 'own-key' : 'policy',
    integrity: worse(integrity, contradiction),
    completeness: counts.completeness(),
    anchored,
  });
}

async function keptNotes(layout: Layout): Promise<string[]> {
  const names = await readdir(layout.state);
  const paths = names.filter((name) => name.startsWith('anchor.')).map((name) => join(layout.state, name));
  const notes = await Promise.all([layout.checkpoint, ...paths].map(readOptional));
  return notes.filter((note) => note !== undefined);
}

async function replaySegments(layout: Layout, first: number, replay: LogReplay): Promise<Integrity | undefined> {
  const segments = await listSegments(layout, first);
  for (const [at, segment] of segments.entries()) {
    const outcome = await replay.segment(segment);
    if (outcome.kind === 'clean') continue;
    // A writer may be in the middle of its last commit; what it cuts off on the way is told by the kept checkpoints.
    if (at === segments.length - 1 && outcome.torn) return undefined;
    const { index, reason, offset } = outcome;
    return { verdict: 'damaged', index, reason, place: `${segment.path}, byte ${offset}` };
  }
  return undefined;
}
