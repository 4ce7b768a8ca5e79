import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { ChaosError, messageOf } from '@bridge/chaos-core';
import { type Manifest, openManifest, readManifest } from '../bundle/manifest.ts';
import { Frontier } from '../merkle/frontier.ts';
import { type Hash, isHash, leafHash } from '../merkle/hash.ts';
import { TileRoots } from '../merkle/tile-roots.ts';
import { openCheckpoint, witnessesOf } from '../note/checkpoint.ts';
import type { Policy } from '../note/policy.ts';
import { openNote } from '../note/signed-note.ts';
import { type NoteVerifier, parseVerifierKey } from '../note/verifier.ts';
import { judgeAnchors, readKept, sizesOf } from './anchors.ts';
import { type Integrity, reportOf, type VerifyReport } from './report.ts';
import { SourceCounts } from './source-counts.ts';
import { worse } from './trust.ts';
import type { VerifyOptions } from './verify-options.ts';

/** Verifies an exported bundle: every file, every hash, every entry, the signatures. Streams. */
export async function verifyBundle(directory: string, options: VerifyOptions = {}): Promise<VerifyReport> {
  const json = await readFile(join(directory, 'manifest.json'), 'utf8');
  const claimed = readManifest(json);
  const keys = trustedKeys(claimed, options.policy);
  const note = await readFile(join(directory, 'checkpoint'), 'utf8');
  const witnesses = [...(options.policy?.witnesses.values() ?? [])];
  const notes = [...(options.known ?? [])];
  const reading = new BundleReading(directory, claimed, sizesOf(notes));
  const integrity = await judge(async () => {
    openManifest(json, await readFile(join(directory, 'manifest.note'), 'utf8'), keys);
    await checkFiles(directory, claimed);
    await reading.leaves();
    await reading.entries();
    checkHead(claimed, note, keys, witnesses, reading.root);
  }, reading);
  const { size, first } = claimed;
  const rootAt = (at: number): Hash | undefined => reading.rootsAt.get(at);
  const { contradiction } = judgeAnchors(readKept(notes, keys, witnesses), { size, first, rootAt });
  const counts = reading.counts.completeness();
  return reportOf({
    origin: claimed.origin,
    size,
    first,
    root: reading.root,
    trust: options.policy === undefined ? 'own-key' : 'policy',
    integrity: worse(integrity, contradiction),
    completeness:
      claimed.complete && first === 0
        ? counts
        : { ...counts, verdict: 'partial', gaps: claimed.complete ? counts.gaps : [] },
    anchored: anchoredBy(note, keys, witnesses, size),
  });
}

/** With a policy: its keys for this log, and those they announced. Without: the keys that came along. */
function trustedKeys({ keys, origin }: Manifest, policy: Policy | undefined): NoteVerifier[] {
  const own = keys.map(({ vkey }) => parseVerifierKey(vkey));
  if (policy === undefined) return own;
  const vkeys = new Set(policy.logs.map(({ vkey }) => vkey));
  const from = own.findIndex(({ vkey }) => vkeys.has(vkey));
  if (from < 0) {
    throw new ChaosError(
      'CHAOS_LEDGER_KEY_INVALID',
      `expected a bundle of a log that the policy trusts, got one of ${origin}`,
    );
  }
  return own.slice(from);
}

async function judge(check: () => Promise<void>, reading: BundleReading): Promise<Integrity> {
  try {
    await check();
    return { verdict: 'intact' };
  } catch (error) {
    return { verdict: 'damaged', index: reading.index, reason: messageOf(error) };
  }
}

async function checkFiles(directory: string, { files }: Manifest): Promise<void> {
  for (const [name, expected] of Object.entries(files)) {
    const digest = createHash('sha256');
    await pipeline(createReadStream(join(directory, name)), digest);
    if (digest.digest('hex') !== expected) throw new Error(`${name} is not the file the manifest was signed for`);
  }
}

function checkHead(
  claimed: Manifest,
  note: string,
  keys: readonly NoteVerifier[],
  witnesses: readonly NoteVerifier[],
  root: Hash,
): void {
  const key = keys.at(-1);
  if (key === undefined) throw new Error('the manifest names no key');
  const checkpoint = openCheckpoint(note, key, witnesses);
  if (checkpoint.size !== claimed.size || checkpoint.root !== root) {
    throw new Error('the hashes in leaves.txt do not have the root of the signed checkpoint');
  }
}

function anchoredBy(note: string, keys: readonly NoteVerifier[], witnesses: readonly NoteVerifier[], size: number) {
  try {
    const seen = witnessesOf(openNote(note, [...keys, ...witnesses]), witnesses);
    return seen.length === 0 ? { size: 0, witnesses: [] } : { size, witnesses: seen };
  } catch {
    // The integrity verdict says why already.
    return { size: 0, witnesses: [] };
  }
}

class BundleReading {
  readonly counts: SourceCounts;
  readonly rootsAt = new Map<number, Hash>();
  /** The entry that is being looked at. */
  index = 0;
  root: Hash = new Frontier().root();
  readonly #directory: string;
  readonly #manifest: Manifest;
  readonly #wanted: ReadonlySet<number>;

  constructor(directory: string, manifest: Manifest, wanted: ReadonlySet<number>) {
    this.#directory = directory;
    this.#manifest = manifest;
    this.#wanted = wanted;
    this.counts = new SourceCounts(manifest.complete && manifest.first === 0);
  }

  #lines(name: string): AsyncIterable<string> {
    return createInterface({
      input: createReadStream(join(this.#directory, name)),
      crlfDelay: Number.POSITIVE_INFINITY,
    });
  }

  /** Folds `leaves.txt` to the root. */
  async leaves(): Promise<void> {
    const tiles: Hash[] = [];
    let frontier: Frontier | undefined;
    for await (const line of this.#lines('leaves.txt')) {
      const tile = /^tile ([0-9a-f]{64})$/.exec(line)?.[1];
      if (tile !== undefined && frontier === undefined) {
        tiles.push(tile);
        continue;
      }
      frontier ??= startOf(tiles);
      this.index = frontier.size;
      if (!isHash(line)) throw new Error(`leaves.txt: ${JSON.stringify(line)} is not a hash`);
      frontier.append(line);
      if (this.#wanted.has(frontier.size)) this.rootsAt.set(frontier.size, frontier.root());
    }
    this.root = (frontier ?? startOf(tiles)).root();
    this.index = 0;
  }

  /** Compares the entries with the hashes at the indexes the manifest states. */
  async entries(): Promise<void> {
    const leaves = this.#leavesFrom()[Symbol.asyncIterator]();
    const entries = this.#lines('entries.jsonl')[Symbol.asyncIterator]();
    let position = this.#manifest.first;
    for (const [from, to] of this.#manifest.indexes) {
      for (; position < to; position += 1) {
        const leaf = await leaves.next();
        if (position < from) continue;
        this.index = position;
        const entry = await entries.next();
        if (entry.done === true) throw new Error('entries.jsonl ends before the entries the manifest states');
        const bytes = Buffer.from(entry.value);
        if (leaf.done === true || leafHash(bytes) !== leaf.value)
          throw new Error('the entry does not have its hash in leaves.txt');
        this.counts.entry(bytes);
      }
    }
    if ((await entries.next()).done !== true) throw new Error('entries.jsonl holds more than the manifest states');
  }

  async *#leavesFrom(): AsyncGenerator<string> {
    for await (const line of this.#lines('leaves.txt')) if (!line.startsWith('tile ')) yield line;
  }
}

function startOf(tiles: readonly Hash[]): Frontier {
  const roots = new TileRoots(tiles);
  return roots.frontier(roots.count);
}
