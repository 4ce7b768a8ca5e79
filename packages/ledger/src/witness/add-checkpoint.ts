import { isChaosError, messageOf } from '@bridge/chaos-core';
import { EMPTY_ROOT, type Hash } from '../merkle/hash.ts';
import { verifyConsistency } from '../merkle/proofs.ts';
import { type Checkpoint, formatCheckpoint, parseCheckpoint } from '../note/checkpoint.ts';
import { openNote, parseNote, signatureLine } from '../note/signed-note.ts';
import type { NoteSigner } from '../note/signer.ts';
import { parseHashLine } from '../note/tlog-proof.ts';
import type { NoteVerifier } from '../note/verifier.ts';
import { type Answer, refused } from './answer.ts';
import type { KnownLog, LogBook } from './log-book.ts';

/** A request to cosign: the size the sender thinks we know, the proof from there, the new checkpoint. */
export interface CheckpointRequest {
  readonly old: number;
  readonly proof: readonly Hash[];
  readonly note: string;
}

const MOST_HASHES = 63;

/** Reads the body of a C2SP tlog-witness add-checkpoint request. Throws `CHAOS_LEDGER_*` when it is malformed. */
export function parseAddCheckpoint(body: string): CheckpointRequest | undefined {
  const split = body.indexOf('\n\n');
  const [first = '', ...hashes] = body.slice(0, Math.max(split, 0)).split('\n');
  const digits = /^old (0|[1-9]\d{0,15})$/.exec(first)?.[1];
  if (split < 0 || digits === undefined || hashes.length > MOST_HASHES) return undefined;
  return { old: Number(digits), proof: hashes.map(parseHashLine), note: body.slice(split + 2) };
}

/** The keys of a log, by its origin. */
export type LogKeysOf = (origin: string) => readonly NoteVerifier[];

export type Judged =
  | { readonly kind: 'accepted'; readonly next: KnownLog }
  | { readonly kind: 'answer'; readonly answer: Answer };

const answer = (one: Answer): Judged => ({ kind: 'answer', answer: one });

/** Checks a request against what is known, in the order C2SP tlog-witness prescribes. Changes nothing. */
export function judgeCheckpoint(
  { old, proof, note }: CheckpointRequest,
  keys: readonly NoteVerifier[],
  known: KnownLog,
): Judged {
  if (!signedByOne(note, keys)) return answer(refused(403, 'invalid signature'));
  const { size, root } = parseCheckpoint(parseNote(note).text);
  if (old > size) return answer(refused(400, 'the old size is greater than the new one'));
  if (old !== known.size) return answer({ kind: 'conflict', size: known.size });
  if (old === size && root !== known.root) return answer({ kind: 'conflict', size: known.size });
  const proven =
    old === 0
      ? proof.length === 0 && (size > 0 || root === EMPTY_ROOT)
      : verifyConsistency(old, size, known.root, root, proof);
  if (!proven) return answer(refused(422, 'the consistency proof does not verify'));
  return { kind: 'accepted', next: { ...known, size, root, note } };
}

function signedByOne(note: string, keys: readonly NoteVerifier[]): boolean {
  try {
    openNote(note, keys);
    return true;
  } catch (error) {
    if (isChaosError(error, 'CHAOS_LEDGER_NOTE_INVALID')) return false;
    throw error;
  }
}

/** The checkpoint of a note whose signature lines nobody has looked at yet: bad ones are 403, not 400. */
function unsigned(note: string): Checkpoint {
  return parseCheckpoint(note.slice(0, note.lastIndexOf('\n\n') + 1));
}

export function originOf(note: string): string {
  return unsigned(note).origin;
}

/** The witness's signature line on an accepted checkpoint. */
export function cosign(note: string, signer: NoteSigner): Promise<string> {
  return signatureLine(formatCheckpoint(parseCheckpoint(parseNote(note).text)), signer);
}

/** Answers one add-checkpoint request: checks, remembers, cosigns. Called one at a time per log. */
export async function addCheckpoint(
  body: string,
  bookOf: (origin: string) => Promise<LogBook>,
  keysOf: LogKeysOf,
  signer: NoteSigner,
): Promise<Answer> {
  try {
    const request = parseAddCheckpoint(body);
    if (request === undefined)
      return refused(400, 'expected "old N", a consistency proof, a blank line and a checkpoint');
    const origin = originOf(request.note);
    const keys = keysOf(origin);
    if (keys.length === 0) return refused(404, 'unknown log');
    const book = await bookOf(origin);
    const judged = judgeCheckpoint(request, keys, book.known);
    if (judged.kind === 'answer') return judged.answer;
    await book.accept(judged.next, '');
    return { kind: 'cosigned', line: await cosign(request.note, signer) };
  } catch (error) {
    if (isChaosError(error)) return refused(400, messageOf(error));
    throw error;
  }
}
