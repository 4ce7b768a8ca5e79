import { hash } from 'node:crypto';
import { ChaosError } from '@bridge/chaos-core';
import * as z from 'zod';
import { openNote, signNote } from '../note/signed-note.ts';
import type { NoteSigner } from '../note/signer.ts';
import type { NoteVerifier } from '../note/verifier.ts';

export const BUNDLE_VERSION = 1;

const text = z.string();
const index = z.int().nonnegative();

/** What a bundle says about itself; canonical JSON, signed in `manifest.note`. */
export const manifestSchema = z.looseObject({
  v: z.literal(BUNDLE_VERSION),
  origin: text,
  created: text,
  size: index,
  root: text,
  /** Entries below were removed by retention before the export. */
  first: index,
  /** True when `entries.jsonl` holds every entry from `first` on. */
  complete: z.boolean(),
  filter: z.record(text, z.json()),
  /** Which entries `entries.jsonl` holds: ranges `[from, to)`, ascending. */
  indexes: z.array(z.tuple([index, index])),
  count: index,
  keys: z.array(z.strictObject({ from: index, vkey: text })),
  /** Name to SHA-256 of every other file. */
  files: z.record(text, text),
  /** Which requirement is met by which file. */
  controls: z.record(text, text),
});

export type Manifest = z.output<typeof manifestSchema>;

const noteText = (origin: string, json: string): string =>
  `${origin}/bundle-manifest\nsha256 ${hash('sha256', json)}\n`;

export function signManifest(origin: string, json: string, signer: NoteSigner): Promise<string> {
  return signNote(noteText(origin, json), [signer]);
}

/** Reads a manifest that one of the keys has signed. Throws `CHAOS_LEDGER_NOTE_INVALID` or `CHAOS_LEDGER_PROOF_INVALID`. */
export function openManifest(json: string, note: string, keys: readonly NoteVerifier[]): Manifest {
  const manifest = readManifest(json);
  if (openNote(note, keys).text === noteText(manifest.origin, json)) return manifest;
  throw new ChaosError(
    'CHAOS_LEDGER_PROOF_INVALID',
    'expected manifest.json to be the one that manifest.note was signed for',
  );
}

/** Without checking the signature. */
export function readManifest(json: string): Manifest {
  const result = manifestSchema.safeParse(JSON.parse(json));
  if (result.success) return result.data;
  throw new ChaosError('CHAOS_LEDGER_PROOF_INVALID', `expected a bundle manifest: ${z.prettifyError(result.error)}`);
}

/** Joins neighbouring indexes into ranges `[from, to)`. */
export function rangesOf(indexes: Iterable<number>): [number, number][] {
  const ranges: [number, number][] = [];
  for (const at of indexes) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === at) last[1] = at + 1;
    else ranges.push([at, at + 1]);
  }
  return ranges;
}
