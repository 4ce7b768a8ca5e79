import { ChaosError, type Clock, systemClock } from '@bridge/chaos-core';
import { decodeBase64 } from './base64.ts';
import { cosignedMessage, writeCosignature } from './cosignature-message.ts';
import { ed25519FromSeed, freshSeed } from './ed25519.ts';
import { isKeyName, KEY_TYPE, keyId } from './key-name.ts';
import { type NoteVerifier, parseVerifierKey, verifierOf } from './verifier.ts';

/** Signs note texts. `verifier` is the public side. Implement it to keep the key in a KMS. */
export interface NoteSigner {
  readonly verifier: NoteVerifier;
  sign(text: string): Uint8Array | Promise<Uint8Array>;
}

/** A signer and its secret as one line, `PRIVATE+KEY+name+id+base64` (the form of golang.org/x/mod/sumdb/note). */
export interface OwnSigner extends NoteSigner {
  readonly skey: string;
  sign(text: string): Uint8Array;
}

function checkName(name: string): void {
  if (!isKeyName(name)) {
    throw new ChaosError('CHAOS_LEDGER_KEY_INVALID', `expected a key name without spaces or "+", got "${name}"`);
  }
}

function signerOf(name: string, seed: Buffer): OwnSigner {
  const key = ed25519FromSeed(seed);
  const secret = Buffer.concat([Buffer.of(KEY_TYPE.ed25519), seed]).toString('base64');
  return {
    verifier: verifierOf(name, KEY_TYPE.ed25519, key.publicKey),
    skey: `PRIVATE+KEY+${name}+${keyId(name, KEY_TYPE.ed25519, key.publicKey)}+${secret}`,
    sign: (text) => key.sign(Buffer.from(text)),
  };
}

/** A new Ed25519 key pair; `seed` (32 bytes) makes it reproducible. */
export function generateSigner(name: string, seed: Buffer = freshSeed()): OwnSigner {
  checkName(name);
  return signerOf(name, seed);
}

/** Reads a secret key line. Throws `CHAOS_LEDGER_KEY_INVALID`; the message never holds the key. */
export function parseSigner(skey: string): OwnSigner {
  const [, name = '', id = '', encoded = ''] = /^PRIVATE\+KEY\+([^+]*)\+([0-9a-f]{8})\+(.+)$/.exec(skey.trim()) ?? [];
  const bytes = decodeBase64(encoded);
  if (!isKeyName(name) || bytes?.length !== 33 || bytes[0] !== KEY_TYPE.ed25519) {
    throw new ChaosError('CHAOS_LEDGER_KEY_INVALID', 'expected a secret key as "PRIVATE+KEY+name+id+base64"');
  }
  const signer = signerOf(name, bytes.subarray(1));
  if (signer.verifier.keyId !== id) {
    throw new ChaosError('CHAOS_LEDGER_KEY_INVALID', `the id of secret key "${name}" is not the hash of its key`);
  }
  return signer;
}

/**
 * A signer whose secret lives elsewhere: `sign` gets the bytes and returns a 64-byte Ed25519 signature.
 * `vkey` is the public key line.
 */
export function remoteSigner(vkey: string, sign: (message: Uint8Array) => Promise<Uint8Array>): NoteSigner {
  return { verifier: parseVerifierKey(vkey), sign: (text) => sign(Buffer.from(text)) };
}

/** The signer of a witness: cosignature/v1 with the time it saw the checkpoint (C2SP tlog-cosignature). */
export function cosigner(name: string, seed: Buffer = freshSeed(), clock: Clock = systemClock): NoteSigner {
  checkName(name);
  const key = ed25519FromSeed(seed);
  return {
    verifier: verifierOf(name, KEY_TYPE.cosignature, key.publicKey),
    sign: (text) => {
      const time = BigInt(Math.floor(clock.wall() / 1000));
      return writeCosignature({ time, signature: key.sign(cosignedMessage(text, time)) });
    },
  };
}
