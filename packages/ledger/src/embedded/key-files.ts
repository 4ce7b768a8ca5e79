import { randomBytes } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ChaosError } from '@bridge/chaos-core';
import { generateSigner, type NoteSigner, type OwnSigner, parseSigner } from '../note/signer.ts';
import { type NoteVerifier, parseVerifierKey } from '../note/verifier.ts';
import { createSecretFile, replaceFile, syncDirectory } from './durable-file.ts';
import type { Layout } from './layout.ts';

/** The text of a file, or undefined when there is none. */
export async function readOptional(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

const secretPath = (layout: Layout): string => join(layout.keys, 'log.key');
const nextPath = (layout: Layout): string => join(layout.keys, 'next.key');
const originPath = (layout: Layout): string => join(layout.keys, 'origin.vkey');
const redactionPath = (layout: Layout): string => join(layout.keys, 'redaction.key');

/** The public key the log began with; what anybody who verifies it must be given. */
export async function readOriginKey(layout: Layout): Promise<NoteVerifier | undefined> {
  const vkey = await readOptional(originPath(layout));
  return vkey === undefined ? undefined : parseVerifierKey(vkey.trim());
}

function defaultOrigin(): string {
  const host = hostname()
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]/g, '-');
  return `${host}/chaos-ledger/${randomBytes(4).toString('hex')}`;
}

/** The signer of a new log: the given one, or a fresh key in a file only the owner can read. */
async function createKeys(
  layout: Layout,
  origin: string | undefined,
  given: NoteSigner | undefined,
): Promise<NoteSigner> {
  const signer = given ?? (await createKeyFile(layout, origin ?? defaultOrigin()));
  await replaceFile(originPath(layout), `${signer.verifier.vkey}\n`);
  return signer;
}

async function createKeyFile(layout: Layout, origin: string): Promise<OwnSigner> {
  // Left behind by a crash between the two files: the log that would have used it does not exist yet.
  await rm(secretPath(layout), { force: true });
  const signer = generateSigner(origin);
  await createSecretFile(secretPath(layout), `${signer.skey}\n`);
  return signer;
}

export interface LogKeys {
  readonly originKey: NoteVerifier;
  /** May still be the key before a rotation that was cut off. */
  readonly signer: NoteSigner;
}

/** Reads the keys of a log, or makes them. Throws `CHAOS_LEDGER_KEY_INVALID`. */
export async function openKeys(
  layout: Layout,
  origin: string | undefined,
  given: NoteSigner | undefined,
): Promise<LogKeys> {
  const originKey = await readOriginKey(layout);
  if (originKey === undefined) {
    const signer = await createKeys(layout, origin, given);
    return { originKey: signer.verifier, signer };
  }
  const expected = origin ?? given?.verifier.name;
  if (expected !== undefined && expected !== originKey.name) {
    throw new ChaosError(
      'CHAOS_LEDGER_KEY_INVALID',
      `expected the ledger of ${expected}, but the one in ${layout.directory} belongs to ${originKey.name}`,
    );
  }
  return { originKey, signer: given ?? (await readSigner(layout)) };
}

async function readSigner(layout: Layout): Promise<OwnSigner> {
  const skey = await readOptional(secretPath(layout));
  if (skey !== undefined) return parseSigner(skey);
  throw new ChaosError(
    'CHAOS_LEDGER_KEY_INVALID',
    `expected a secret key in ${secretPath(layout)}; give the ledger's signer, or open it for reading`,
  );
}

/** Puts the secret of the next key beside the current one, before the log announces it. */
export async function stageKey(layout: Layout, next: OwnSigner): Promise<void> {
  await rm(nextPath(layout), { force: true });
  await createSecretFile(nextPath(layout), `${next.skey}\n`);
}

/** Makes the staged key the current one. */
export async function promoteKey(layout: Layout): Promise<void> {
  await rename(nextPath(layout), secretPath(layout));
  await syncDirectory(layout.keys);
}

/** The signer for `inEffect`: the current key, or the staged one when a crash came between announcing and promoting. */
export async function signerInEffect(layout: Layout, current: NoteSigner, inEffect: NoteVerifier): Promise<NoteSigner> {
  if (current.verifier.vkey === inEffect.vkey) return current;
  const staged = await readOptional(nextPath(layout));
  const next = staged === undefined ? undefined : parseSigner(staged);
  if (next?.verifier.vkey !== inEffect.vkey) {
    throw new ChaosError(
      'CHAOS_LEDGER_KEY_INVALID',
      `expected the signer of ${inEffect.vkey}, which the log announced, got ${current.verifier.vkey}`,
    );
  }
  await promoteKey(layout);
  return next;
}

/** The key under which redacted values are hashed. */
export async function redactionKey(layout: Layout): Promise<Buffer> {
  const existing = await readOptional(redactionPath(layout));
  if (existing !== undefined) return Buffer.from(existing.trim(), 'hex');
  const key = randomBytes(32);
  await createSecretFile(redactionPath(layout), `${key.toString('hex')}\n`);
  return key;
}
