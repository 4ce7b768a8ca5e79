import { hash } from 'node:crypto';

/** Key types of C2SP signed-note. */
export const KEY_TYPE = { ed25519: 0x01, cosignature: 0x04 } as const;
export type KeyType = (typeof KEY_TYPE)[keyof typeof KEY_TYPE];

/** Not empty, no Unicode space, no plus sign (C2SP signed-note). */
export function isKeyName(name: string): boolean {
  return name.length > 0 && name.isWellFormed() && !/[\s\p{White_Space}+]/u.test(name);
}

/** First four bytes of `SHA-256(name ‖ "\n" ‖ type ‖ public key)`, as 8 hex digits. */
export function keyId(name: string, type: KeyType, publicKey: Uint8Array): string {
  const bytes = Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(type), publicKey]);
  return hash('sha256', bytes, 'hex').slice(0, 8);
}
