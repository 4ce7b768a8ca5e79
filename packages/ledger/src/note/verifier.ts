import { ChaosError } from '@bridge/chaos-core';
import { decodeBase64 } from './base64.ts';
import { cosignedMessage, readCosignature } from './cosignature-message.ts';
import { ed25519PublicKey, verifyEd25519 } from './ed25519.ts';
import { isKeyName, KEY_TYPE, type KeyType, keyId } from './key-name.ts';

/** Checks signatures of one key on note texts. */
export interface NoteVerifier {
  readonly name: string;
  /** 8 hex digits. */
  readonly keyId: string;
  readonly type: KeyType;
  /** The key as one line, `name+id+base64` (C2SP signed-note, "vkey"). */
  readonly vkey: string;
  verify(text: string, signature: Uint8Array): boolean;
}

/**
 * Reads a vkey line. Types: Ed25519 (0x01) and cosignature/v1 (0x04). Throws `CHAOS_LEDGER_KEY_INVALID`.
 */
export function parseVerifierKey(vkey: string): NoteVerifier {
  // Only the first two plus signs separate: base64 has plus signs of its own.
  const [, name = '', id = '', encoded = ''] = /^([^+]*)\+([0-9a-f]{8})\+(.+)$/.exec(vkey) ?? [];
  const bytes = decodeBase64(encoded);
  if (bytes === undefined || bytes.length !== 33 || !isKeyName(name)) {
    throw new ChaosError('CHAOS_LEDGER_KEY_INVALID', `expected a key as "name+id+base64", got ${JSON.stringify(vkey)}`);
  }
  const type = bytes[0];
  if (type !== KEY_TYPE.ed25519 && type !== KEY_TYPE.cosignature) {
    throw new ChaosError('CHAOS_LEDGER_KEY_INVALID', `expected a key of type 1 or 4, got type ${type} in ${vkey}`);
  }
  return checkedVerifier(vkey, name, id, type, bytes.subarray(1));
}

function checkedVerifier(vkey: string, name: string, id: string, type: KeyType, publicKey: Buffer): NoteVerifier {
  if (keyId(name, type, publicKey) !== id) {
    throw new ChaosError('CHAOS_LEDGER_KEY_INVALID', `the id in ${vkey} is not the hash of its name and key`);
  }
  return verifierOf(name, type, publicKey);
}

export function verifierOf(name: string, type: KeyType, publicKey: Uint8Array): NoteVerifier {
  const key = ed25519PublicKey(publicKey);
  const id = keyId(name, type, publicKey);
  const vkey = `${name}+${id}+${Buffer.concat([Buffer.of(type), publicKey]).toString('base64')}`;
  const verify = (text: string, signature: Uint8Array): boolean => {
    if (type === KEY_TYPE.ed25519) return verifyEd25519(key, Buffer.from(text), signature);
    const cosignature = readCosignature(signature);
    if (cosignature === undefined) return false;
    return verifyEd25519(key, cosignedMessage(text, cosignature.time), cosignature.signature);
  };
  return { name, keyId: id, type, vkey, verify };
}
