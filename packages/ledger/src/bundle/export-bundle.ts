import { hash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChaosError } from '@bridge/chaos-core';
import { canonicalJson } from '../entry/canonical-json.ts';
import { LEDGER_EVENT } from '../entry/ledger-events.ts';
import type { ChaosLedger } from '../ledger/chaos-ledger.ts';
import { consistencyOf, inclusionOf } from '../ledger/proof-desk.ts';
import { hashBytes, leafHash } from '../merkle/hash.ts';
import { TILE_WIDTH } from '../merkle/tiles.ts';
import { readCheckpoint } from '../note/checkpoint.ts';
import { formatPolicy, policyOf } from '../note/policy.ts';
import { formatTlogProof } from '../note/tlog-proof.ts';
import type { NoteVerifier } from '../note/verifier.ts';
import { expanded } from '../query/page.ts';
import type { EntryFilter } from '../query/search.ts';
import type { LogHead } from '../store/log-store.ts';
import { CONTROL_MAP } from './control-map.ts';
import { exportTiles } from './export-tiles.ts';
import { BUNDLE_VERSION, type Manifest, rangesOf, signManifest } from './manifest.ts';
import { incidentsCsv, incidentsHtml } from './report-files.ts';
import { verifyText } from './verify-text.ts';

export interface BundleOptions extends EntryFilter {
  /** Must be empty or absent. */
  readonly directory: string;
  /** Who takes the copy, and what for. Both go into the entry that every export leaves. */
  readonly by: string;
  readonly reason: string;
  /** The checkpoint of the last audit: the bundle proves that the log is its continuation. */
  readonly previous?: string;
  /** Witnesses to name in the bundle's policy. */
  readonly witnesses?: readonly NoteVerifier[];
}

/** Single proofs are written for selections of at most this many entries; larger ones are proven by `leaves.txt`. */
const MOST_PROOFS = 2_000;

/**
 * Writes what an auditor needs to check entries without trusting us: entries, hashes, proofs, checkpoint, policy, a
 * readable report, and instructions. The export itself is an entry, and part of the bundle's log.
 */
export async function exportBundle(ledger: ChaosLedger, options: BundleOptions): Promise<Manifest> {
  const { directory, by, reason, previous, witnesses = [], ...filter } = options;
  const wanted = filterJson(filter);
  await ledger.record(LEDGER_EVENT.exported, { by, reason, filter: wanted }, { actor: by });
  await makeEmpty(directory);
  const files = new BundleFiles(directory);
  const head = await ledger.head();
  const complete = Object.keys(wanted).length === 0;
  const indexes = await selection(ledger, filter, head);
  await writeEntries(files, ledger, head, indexes);
  await writeProofs(files, ledger, head, indexes, complete);
  if (previous !== undefined) await writeConsistency(files, ledger, head, previous);
  const incidents = await ledger.incidents(filter);
  await files.write('checkpoint', head.note);
  await files.write(
    'policy',
    formatPolicy(
      policyOf(
        ledger.keys().map(({ verifier }) => verifier),
        witnesses,
      ),
    ),
  );
  await files.write('report.csv', incidentsCsv(incidents));
  await files.write('report.html', incidentsHtml(ledger.origin, head, incidents, complete));
  await files.write('VERIFY.md', verifyText(ledger.origin, ledger.store.signer.verifier.vkey));
  const manifest: Manifest = {
    v: BUNDLE_VERSION,
    origin: ledger.origin,
    created: new Date(ledger.clock.wall()).toISOString(),
    size: head.size,
    root: head.root,
    first: head.first,
    complete,
    filter: wanted,
    indexes: rangesOf(indexes),
    count: indexes.length,
    keys: ledger.keys().map(({ from, verifier }) => ({ from, vkey: verifier.vkey })),
    files: files.hashes(),
    controls: { ...CONTROL_MAP },
  };
  const json = canonicalJson(manifest);
  await writeFile(join(directory, 'manifest.json'), json);
  await writeFile(join(directory, 'manifest.note'), await signManifest(ledger.origin, json, ledger.store.signer));
  return manifest;
}

/** Files of a bundle with their hashes. */
class BundleFiles {
  readonly #directory: string;
  readonly #hashes = new Map<string, string>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  async write(name: string, content: string): Promise<void> {
    await writeFile(join(this.#directory, name), content);
    this.#hashes.set(name, hash('sha256', content));
  }

  /** Appends to a file whose hash {@link finish} takes at its end. */
  async append(name: string, content: string): Promise<void> {
    await writeFile(join(this.#directory, name), content, { flag: 'a' });
  }

  async finish(name: string): Promise<void> {
    this.#hashes.set(name, hash('sha256', await readFile(join(this.#directory, name))));
  }

  get directory(): string {
    return this.#directory;
  }

  hashes(): Record<string, string> {
    return Object.fromEntries(this.#hashes);
  }
}

async function makeEmpty(directory: string): Promise<void> {
  await mkdir(join(directory, 'proofs'), { recursive: true });
  try {
    await writeFile(join(directory, 'manifest.json'), '', { flag: 'wx' });
  } catch (cause) {
    throw new ChaosError('CHAOS_LEDGER_OPTIONS_INVALID', `expected ${directory} to hold no bundle yet`, { cause });
  }
}

function filterJson(filter: EntryFilter): Record<string, string | string[]> {
  const wanted: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(filter)) if (value !== undefined) wanted[name] = value;
  return wanted;
}

function selection(ledger: ChaosLedger, filter: EntryFilter, { first, size }: LogHead): Promise<readonly number[]> {
  return ledger.store.search({ filter: expanded(filter), from: first, to: size, order: 'oldest-first', limit: size });
}

const CHUNK = 1_000;

/** `entries.jsonl`: the selected entries' exact bytes. `leaves.txt`: the hash of every entry; of removed ones, their tiles' roots. */
async function writeEntries(
  files: BundleFiles,
  ledger: ChaosLedger,
  { first, size }: LogHead,
  indexes: readonly number[],
): Promise<void> {
  const { roots } = await ledger.store.ranges();
  await files.append('entries.jsonl', '');
  await files.append(
    'leaves.txt',
    roots
      .first(first / TILE_WIDTH)
      .map((root) => `tile ${root}\n`)
      .join(''),
  );
  const selected = new Set(indexes);
  for (let from = first; from < size; from += CHUNK) {
    let lines = '';
    let leaves = '';
    for await (const { index, text } of ledger.store.read(from, Math.min(from + CHUNK, size))) {
      if (selected.has(index)) lines += `${text}\n`;
      leaves += `${leafHash(Buffer.from(text))}\n`;
    }
    await files.append('entries.jsonl', lines);
    await files.append('leaves.txt', leaves);
  }
  await files.finish('entries.jsonl');
  await files.finish('leaves.txt');
}

async function writeProofs(
  files: BundleFiles,
  ledger: ChaosLedger,
  head: LogHead,
  indexes: readonly number[],
  complete: boolean,
): Promise<void> {
  if (complete && head.first === 0) await exportTiles(ledger, files.directory);
  if (indexes.length > MOST_PROOFS) return;
  for (const index of indexes) {
    const path = await inclusionOf(ledger.store, index, head.size);
    await files.write(join('proofs', `${index}.tlog-proof`), formatTlogProof({ index, path, checkpoint: head.note }));
  }
}

/** In the form of a C2SP tlog-witness request: `old N`, hashes, blank line, the new checkpoint. */
async function writeConsistency(
  files: BundleFiles,
  ledger: ChaosLedger,
  head: LogHead,
  previous: string,
): Promise<void> {
  const old = readCheckpoint(previous).size;
  const path = await consistencyOf(ledger.store, old, head.size);
  const hashes = path.map((node) => `${hashBytes(node).toString('base64')}\n`).join('');
  await files.write('previous-checkpoint', previous);
  await files.write('consistency.txt', `old ${old}\n${hashes}\n${head.note}`);
}
