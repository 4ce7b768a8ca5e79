import { messageOf } from '@bridge/chaos-core';
import type { Frontier } from '../merkle/frontier.ts';
import { type Hash, leafHash } from '../merkle/hash.ts';
import { readCheckpoint } from '../note/checkpoint.ts';
import { KeyChain } from '../note/key-chain.ts';
import type { LogKey } from '../store/log-store.ts';
import { judgeAnchors, readKept, sizesOf } from './anchors.ts';
import { CommitChecker } from './commit-checker.ts';
import { type Completeness, type Integrity, reportOf, type VerifyReport } from './report.ts';
import { SourceCounts } from './source-counts.ts';
import { trusted, worse } from './trust.ts';
import type { VerifyOptions } from './verify-options.ts';

/** A log as something that can be read from its first entry to its last. */
export interface ReadableLog {
  readonly origin: string;
  /** The tree of the entries that are not there any more. */
  readonly start: Frontier;
  readonly keys: readonly LogKey[];
  /** Every entry that is left, in order. `leaf` is the hash that was stored beside it, if any. */
  readonly entries: AsyncIterable<{ readonly text: string; readonly leaf?: Hash }>;
  /** Checkpoints by size, ascending; the last one is the newest. */
  readonly checkpoints: AsyncIterable<{ readonly note: string }>;
  /** Checkpoints that are kept elsewhere, such as cosigned ones. */
  readonly kept: readonly string[];
}

/** Verifies any log by reading it through once. Streams. */
export async function verifyLog(log: ReadableLog, options: VerifyOptions = {}): Promise<VerifyReport> {
  const keys = new KeyChain(log.keys.filter(({ from }) => from <= log.start.size));
  const first = log.start.size;
  const notes = [...log.kept, ...(options.known ?? [])];
  const counts = new SourceCounts(first === 0);
  const checker = new CommitChecker(keys, counts, options.everySignature ?? false);
  const reading = new Reading(log, checker, sizesOf(notes));
  const integrity = (await reading.through()) ?? checker.finish() ?? trusted(keys, options.policy);
  const witnesses = [...(options.policy?.witnesses.values() ?? [])];
  const kept = readKept(
    notes,
    keys.keys.map(({ verifier }) => verifier),
    witnesses,
  );
  const { size } = reading.frontier;
  const rootAt = (at: number): Hash | undefined => reading.rootsAt.get(at);
  const { anchored, contradiction } = judgeAnchors(kept, { size, first, rootAt });
  const completeness: Completeness = counts.completeness();
  const trust = options.policy === undefined ? 'own-key' : 'policy';
  const found = worse(integrity, contradiction);
  const root = reading.frontier.root();
  return reportOf({ origin: log.origin, size, first, root, trust, integrity: found, completeness, anchored });
}

class Reading {
  readonly frontier: Frontier;
  readonly rootsAt = new Map<number, Hash>();
  readonly #log: ReadableLog;
  readonly #checker: CommitChecker;
  readonly #wanted: ReadonlySet<number>;

  constructor(log: ReadableLog, checker: CommitChecker, wanted: ReadonlySet<number>) {
    this.frontier = log.start.clone();
    this.#log = log;
    this.#checker = checker;
    this.#wanted = wanted;
  }

  /** Undefined when every checkpoint speaks of the entries that were read. */
  async through(): Promise<Integrity | undefined> {
    const entries = this.#log.entries[Symbol.asyncIterator]();
    for await (const { note } of this.#log.checkpoints) {
      const good = this.frontier.size;
      const { size, root } = readCheckpoint(note);
      const fault = await this.#readTo(size, entries);
      if (fault !== undefined) return fault;
      if (this.frontier.root() !== root) {
        const reason = `the entries ${good} to ${size - 1} do not have the root that was signed for them`;
        return { verdict: 'damaged', index: good, reason };
      }
      try {
        this.#checker.commit(size, root, note);
      } catch (error) {
        return { verdict: 'damaged', index: good, reason: messageOf(error) };
      }
    }
    if ((await entries.next()).done === true) return undefined;
    return { verdict: 'damaged', index: this.frontier.size, reason: 'there are entries that no checkpoint speaks of' };
  }

  async #readTo(size: number, entries: AsyncIterator<{ text: string; leaf?: Hash }>): Promise<Integrity | undefined> {
    while (this.frontier.size < size) {
      const index = this.frontier.size;
      const next = await entries.next();
      if (next.done === true) {
        return { verdict: 'damaged', index, reason: `the entry is missing: a checkpoint speaks of ${size}` };
      }
      const bytes = Buffer.from(next.value.text);
      const leaf = leafHash(bytes);
      if (next.value.leaf !== undefined && next.value.leaf !== leaf) {
        return { verdict: 'damaged', index, reason: 'the entry does not have the hash that was stored with it' };
      }
      try {
        this.#checker.entry(index, bytes);
      } catch (error) {
        return { verdict: 'damaged', index, reason: messageOf(error) };
      }
      this.frontier.append(leaf);
      if (this.#wanted.has(index + 1)) this.rootsAt.set(index + 1, this.frontier.root());
    }
    return undefined;
  }
}
