import { ChaosError } from '@bridge/chaos-core';
import { decodeBase64 } from './base64.ts';
import { isKeyName } from './key-name.ts';
import type { NoteSigner } from './signer.ts';
import type { NoteVerifier } from './verifier.ts';

export interface NoteSignature {
  readonly name: string;
  /** 8 hex digits. */
  readonly keyId: string;
  readonly signature: Buffer;
}

/** A text with signature lines (C2SP signed-note). `text` ends with a newline. */
export interface ParsedNote {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface OpenedNote extends ParsedNote {
  /** The signatures that verify, one per known key. Unknown keys are ignored, as the format demands. */
  readonly verified: readonly NoteSignature[];
}

const MOST_SIGNATURES = 100;

function invalid(problem: string): ChaosError {
  return new ChaosError('CHAOS_LEDGER_NOTE_INVALID', `expected a signed note, ${problem}`);
}

/** Takes a note apart, strictly. Throws `CHAOS_LEDGER_NOTE_INVALID`. */
export function parseNote(note: string | Uint8Array): ParsedNote {
  const content = typeof note === 'string' ? note : decodeUtf8(note);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the format forbids exactly these
  if (!content.isWellFormed() || /[\x00-\x09\x0b-\x1f]/.test(content)) {
    throw invalid('found control characters or broken UTF-8');
  }
  const split = content.lastIndexOf('\n\n');
  if (split < 0) throw invalid('found no blank line before the signatures');
  const block = content.slice(split + 2);
  if (!block.endsWith('\n')) throw invalid('found no newline at its end');
  const lines = block.slice(0, -1).split('\n');
  if (lines.length > MOST_SIGNATURES) throw invalid(`found more than ${MOST_SIGNATURES} signatures`);
  return { text: content.slice(0, split + 1), signatures: lines.map(parseSignature) };
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new ChaosError('CHAOS_LEDGER_NOTE_INVALID', 'expected a signed note, found broken UTF-8', { cause });
  }
}

function parseSignature(line: string): NoteSignature {
  const [, name = '', encoded = ''] = /^— ([^ ]+) ([^ ]+)$/.exec(line) ?? [];
  const bytes = decodeBase64(encoded);
  if (!isKeyName(name) || bytes === undefined || bytes.length < 5) {
    throw invalid(`found a malformed signature line ${JSON.stringify(line)}`);
  }
  return { name, keyId: bytes.toString('hex', 0, 4), signature: bytes.subarray(4) };
}

/**
 * Parses a note and checks the signatures of the given keys. A known key whose signature does not verify rejects the
 * note, also when another key's verifies; so does a note that no given key has signed.
 */
export function openNote(note: string | Uint8Array, verifiers: readonly NoteVerifier[]): OpenedNote {
  const parsed = parseNote(note);
  const verified: NoteSignature[] = [];
  for (const signature of parsed.signatures) {
    const known = verifiers.filter(({ name, keyId }) => name === signature.name && keyId === signature.keyId);
    const [verifier, ambiguous] = known;
    if (ambiguous !== undefined) throw invalid(`was given two keys for ${signature.name}+${signature.keyId}`);
    if (verifier === undefined) continue;
    if (!verifier.verify(parsed.text, signature.signature)) {
      throw invalid(`found an invalid signature of ${signature.name}+${signature.keyId}`);
    }
    if (!verified.some(({ name, keyId }) => name === signature.name && keyId === signature.keyId)) {
      verified.push(signature);
    }
  }
  if (verified.length === 0) throw invalid('found no signature of a known key');
  return { ...parsed, verified };
}

export function formatSignature(signature: NoteSignature): string {
  const bytes = Buffer.concat([Buffer.from(signature.keyId, 'hex'), signature.signature]);
  return `— ${signature.name} ${bytes.toString('base64')}\n`;
}

/** One signature line of `signer` on `text`. */
export async function signatureLine(text: string, signer: NoteSigner): Promise<string> {
  const { name, keyId } = signer.verifier;
  return formatSignature({ name, keyId, signature: Buffer.from(await signer.sign(text)) });
}

/** Signs a text that ends with a newline. */
export async function signNote(text: string, signers: readonly NoteSigner[]): Promise<string> {
  if (!text.endsWith('\n'))
    throw new ChaosError('CHAOS_LEDGER_NOTE_INVALID', 'expected a text that ends with a newline');
  let note = `${text}\n`;
  for (const signer of signers) note += await signatureLine(text, signer);
  return note;
}
