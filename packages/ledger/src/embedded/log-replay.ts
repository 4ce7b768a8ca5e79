import { messageOf } from '@bridge/chaos-core';
import type { Frontier } from '../merkle/frontier.ts';
import { type Hash, prefixedLeafHash } from '../merkle/hash.ts';
import { TILE_LEVEL, type TileRoots } from '../merkle/tile-roots.ts';
import { readCheckpoint } from '../note/checkpoint.ts';
import { type CommitLine, parseCommitLine } from './commit-line.ts';
import type { SegmentFile } from './layout.ts';
import { type SegmentLine, segmentLines } from './segment-lines.ts';

const OPEN_BRACE = 0x7b;

/** What a replay tells while it goes. Entries count only once their commit was told. */
export interface ReplayListener {
  /** `bytes` is valid during the call only. Throws when the entry is not what it should be. */
  entry(index: number, bytes: Buffer, offset: number): void;
  /** The commit's size and root were checked. Throws when its signature is not what it should be. */
  commit(size: number, root: Hash, note: string): void;
}

export type SegmentOutcome =
  | { readonly kind: 'clean'; readonly end: number }
  | {
      readonly kind: 'broken';
      /** End of the last good commit. */
      readonly end: number;
      /** Where the first bad line begins, and the entry it belongs to. */
      readonly offset: number;
      readonly index: number;
      readonly reason: string;
      /** True when nothing that was written later can be read: it can be the end of a commit that was never acknowledged. */
      readonly torn: boolean;
    };

/** Recomputes a log from its segments: every leaf, every root of every commit. Memory does not grow with the log. */
export class LogReplay {
  readonly roots: TileRoots;
  /** Roots at the sizes that were asked for, as far as the replay got. */
  readonly rootsAt = new Map<number, Hash>();
  readonly #listener: ReplayListener;
  readonly #wanted: ReadonlySet<number>;
  #frontier: Frontier;
  /** The frontier with the entries of the commit that is being read. */
  #ahead: Frontier;
  #tiles: Hash[] = [];

  constructor(frontier: Frontier, roots: TileRoots, listener: ReplayListener, wanted: ReadonlySet<number> = new Set()) {
    this.#frontier = frontier;
    this.#ahead = frontier.clone();
    this.roots = roots;
    this.#listener = listener;
    this.#wanted = wanted;
  }

  /** After the last good commit. */
  get frontier(): Frontier {
    return this.#frontier;
  }

  async segment({ path, base }: SegmentFile): Promise<SegmentOutcome> {
    if (base !== this.#frontier.size) {
      const reason = `the segment begins with entry ${base}, expected ${this.#frontier.size}`;
      return { kind: 'broken', end: 0, offset: 0, index: this.#frontier.size, reason, torn: false };
    }
    const outcome = await this.#read(path);
    if (outcome.kind === 'clean') return outcome;
    this.#ahead = this.#frontier.clone();
    this.#tiles = [];
    return { ...outcome, torn: !(await holdsLaterCommit(path, outcome.end, this.#frontier.size)) };
  }

  async #read(path: string): Promise<SegmentOutcome> {
    let end = 0;
    for await (const lines of segmentLines(path)) {
      for (const line of lines) {
        try {
          if (this.#line(line, end)) end = line.offset + line.prefixed.length;
        } catch (error) {
          return {
            kind: 'broken',
            end,
            offset: line.offset,
            index: this.#ahead.size,
            reason: messageOf(error),
            torn: false,
          };
        }
      }
    }
    if (this.#ahead.size === this.#frontier.size) return { kind: 'clean', end };
    return {
      kind: 'broken',
      end,
      offset: end,
      index: this.#frontier.size,
      reason: 'the commit line is missing',
      torn: false,
    };
  }

  /** True when the line ends a commit. */
  #line(line: SegmentLine, start: number): boolean {
    if (!line.complete) throw new Error('the last line is cut off');
    if (line.prefixed[1] === OPEN_BRACE) {
      this.#entry(line);
      return false;
    }
    const commit = parseCommitLine(line.prefixed.toString('utf8', 1));
    if (commit === undefined) throw new Error('the line is neither an entry nor a commit');
    this.#commit(commit, start);
    return true;
  }

  #entry(line: SegmentLine): void {
    line.prefixed[0] = 0;
    const leaf = prefixedLeafHash(line.prefixed);
    this.#listener.entry(this.#ahead.size, line.prefixed.subarray(1), line.offset);
    this.#ahead.append(leaf, (level, hash) => {
      if (level === TILE_LEVEL) this.#tiles.push(hash);
    });
    if (this.#wanted.has(this.#ahead.size)) this.rootsAt.set(this.#ahead.size, this.#ahead.root());
  }

  #commit(commit: CommitLine, start: number): void {
    const { base, count, offset, note } = commit;
    if (base !== this.#frontier.size || base + count !== this.#ahead.size || offset !== start || count === 0) {
      throw new Error(
        `the commit line speaks of ${count} entries from ${base} at byte ${offset}, which is not what precedes it`,
      );
    }
    const root = this.#ahead.root();
    const checkpoint = readCheckpoint(note);
    if (checkpoint.size !== this.#ahead.size || checkpoint.root !== root) {
      throw new Error(`the entries do not have the root that the commit after entry ${this.#ahead.size - 1} states`);
    }
    this.#listener.commit(this.#ahead.size, root, note);
    for (const tile of this.#tiles) this.roots.push(tile);
    this.#tiles = [];
    this.#frontier = this.#ahead.clone();
  }
}

/** True when a commit that was written after the one that begins at `start` can still be read. */
async function holdsLaterCommit(path: string, start: number, size: number): Promise<boolean> {
  for await (const lines of segmentLines(path, start)) {
    for (const { prefixed, complete } of lines) {
      if (!complete || prefixed[1] === OPEN_BRACE) continue;
      const commit = parseCommitLine(prefixed.toString('utf8', 1));
      if (commit !== undefined && commit.base > size) return true;
    }
  }
  return false;
}
