import { ChaosError } from '@bridge/chaos-core';
import { type Hash, hashBytes } from '../merkle/hash.ts';
import { decodeBase64 } from './base64.ts';
import { readCosignature } from './cosignature-message.ts';
import { KEY_TYPE } from './key-name.ts';
import { type OpenedNote, openNote, parseNote, signNote } from './signed-note.ts';
import type { NoteSigner } from './signer.ts';
import type { NoteVerifier } from './verifier.ts';

/** What a checkpoint says: this log had this size and this root (C2SP tlog-checkpoint). */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Hash;
}

/** Who cosigned a checkpoint, and when. */
export interface Witnessed {
  readonly name: string;
  /** Milliseconds since the Unix epoch, with a resolution of one second. */
  readonly at: number;
}

export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${hashBytes(root).toString('base64')}\n`;
}

/** Reads the text of a checkpoint. Throws `CHAOS_LEDGER_NOTE_INVALID`. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', size = '', root = '', ...extensions] = text.split('\n');
  const bytes = decodeBase64(root);
  const count = Number(size);
  const wellFormed =
    origin !== '' &&
    /^(0|[1-9]\d*)$/.test(size) &&
    Number.isSafeInteger(count) &&
    bytes?.length === 32 &&
    extensions.at(-1) === '' &&
    extensions.slice(0, -1).every((line) => line !== '');
  if (!wellFormed || bytes === undefined) {
    throw new ChaosError(
      'CHAOS_LEDGER_NOTE_INVALID',
      `expected a checkpoint (origin, size, root hash), got ${JSON.stringify(text.slice(0, 200))}`,
    );
  }
  return { origin, size: count, root: bytes.toString('hex') };
}

export function signCheckpoint(checkpoint: Checkpoint, signers: readonly NoteSigner[]): Promise<string> {
  return signNote(formatCheckpoint(checkpoint), signers);
}

/** Checkpoint of a note whose signature was not checked. */
export function readCheckpoint(note: string): Checkpoint {
  return parseCheckpoint(parseNote(note).text);
}

/**
 * Checkpoint of a note that `key` has signed; the origin must be the key's name. Throws `CHAOS_LEDGER_NOTE_INVALID`.
 */
export function openCheckpoint(note: string, key: NoteVerifier, witnesses: readonly NoteVerifier[] = []): Checkpoint {
  const opened = openNote(note, [key, ...witnesses]);
  if (!opened.verified.some(({ name, keyId }) => name === key.name && keyId === key.keyId)) {
    throw new ChaosError('CHAOS_LEDGER_NOTE_INVALID', `expected a checkpoint signed by ${key.name}+${key.keyId}`);
  }
  const checkpoint = parseCheckpoint(opened.text);
  if (checkpoint.origin !== key.name) {
    throw new ChaosError(
      'CHAOS_LEDGER_NOTE_INVALID',
      `expected a checkpoint of ${key.name}, got one of ${checkpoint.origin}`,
    );
  }
  return checkpoint;
}

/** The witnesses among the verified signatures of a note. */
export function witnessesOf(note: OpenedNote, verifiers: readonly NoteVerifier[]): Witnessed[] {
  return note.verified.flatMap(({ name, keyId, signature }) => {
    const verifier = verifiers.find((candidate) => candidate.name === name && candidate.keyId === keyId);
    const cosignature = verifier?.type === KEY_TYPE.cosignature ? readCosignature(signature) : undefined;
    return cosignature === undefined ? [] : [{ name, at: Number(cosignature.time) * 1000 }];
  });
}
