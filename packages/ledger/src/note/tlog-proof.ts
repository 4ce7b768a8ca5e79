import { ChaosError } from '@bridge/chaos-core';
import { type Hash, hashBytes, leafHash } from '../merkle/hash.ts';
import { verifyInclusion } from '../merkle/proofs.ts';
import { decodeBase64 } from './base64.ts';
import type { Checkpoint } from './checkpoint.ts';
import { checkPolicy, type Policy, type PolicyVerdict } from './policy.ts';

const HEADER = 'c2sp.org/tlog-proof@v1';

/** A self-contained proof that a log holds an entry (C2SP tlog-proof). */
export interface TlogProof {
  readonly index: number;
  readonly path: readonly Hash[];
  /** The signed checkpoint, with its cosignatures. */
  readonly checkpoint: string;
}

export interface ProvenEntry extends PolicyVerdict {
  readonly index: number;
  readonly checkpoint: Checkpoint;
}

export function formatTlogProof({ index, path, checkpoint }: TlogProof): string {
  const hashes = path.map((hash) => `${hashBytes(hash).toString('base64')}\n`);
  return `${HEADER}\nindex ${index}\n${hashes.join('')}\n${checkpoint}`;
}

function invalid(problem: string): ChaosError {
  return new ChaosError('CHAOS_LEDGER_PROOF_INVALID', `expected a tlog-proof, ${problem}`);
}

/** Reads a `.tlog-proof` file, strictly. Throws `CHAOS_LEDGER_PROOF_INVALID`. */
export function parseTlogProof(text: string): TlogProof {
  const split = text.indexOf('\n\n');
  if (split < 0) throw invalid('found no blank line before the checkpoint');
  const [header, line = '', ...hashes] = text.slice(0, split).split('\n');
  const [, digits] = /^index (0|[1-9]\d{0,15})$/.exec(line) ?? [];
  if (header !== HEADER || digits === undefined) throw invalid('found another header or index line');
  return { index: Number(digits), path: hashes.map(parseHashLine), checkpoint: text.slice(split + 2) };
}

/** One base64 line of a proof. */
export function parseHashLine(line: string): Hash {
  const bytes = decodeBase64(line);
  if (bytes?.length !== 32) throw invalid(`found ${JSON.stringify(line)} instead of a hash`);
  return bytes.toString('hex');
}

/**
 * Checks that `entry` (its exact bytes) is in the log the policy trusts. Throws `CHAOS_LEDGER_PROOF_INVALID` or
 * `CHAOS_LEDGER_NOTE_INVALID`.
 */
export function verifyTlogProof(proof: string, entry: Uint8Array, policy: Policy): ProvenEntry {
  const { index, path, checkpoint: note } = parseTlogProof(proof);
  const verdict = checkPolicy(note, policy);
  const { size, root } = verdict.checkpoint;
  if (!verifyInclusion(leafHash(entry), index, size, path, root)) {
    throw invalid(`but it does not prove that the entry is number ${index} of ${size}`);
  }
  return { ...verdict, index };
}
