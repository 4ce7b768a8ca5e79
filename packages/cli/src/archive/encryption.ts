import { ChaosError, messageOf } from '@bridge/chaos-core';

/**
 * Encrypts to one or more recipients of age (age-encryption.org/v1): `age1…`, or `age1pq1…` for keys that stand up to
 * quantum computers. Whoever holds the identity of any of them can read it, also with the `age` program.
 *
 * @throws {ChaosError} CHAOS_ARCHIVE_FAILED for no recipient, or one that is none.
 */
export async function encryptTo(recipients: readonly string[], plain: Uint8Array): Promise<Uint8Array> {
  if (recipients.length === 0) throw failed('expected at least one age recipient (age1…), got none');
  const { Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  for (const recipient of recipients) {
    try {
      encrypter.addRecipient(recipient);
    } catch (cause) {
      throw failed(`expected an age recipient (age1…), got ${JSON.stringify(recipient)}: ${messageOf(cause)}`, cause);
    }
  }
  return await encrypter.encrypt(plain);
}

/**
 * The inverse, with one or more identities (`AGE-SECRET-KEY-…`). Never gives back a part: what was changed on the way is
 * refused as a whole.
 *
 * @throws {ChaosError} CHAOS_ARCHIVE_FAILED when no identity fits, or the file is damaged. Never names an identity.
 */
export async function decryptWith(identities: readonly string[], encrypted: Uint8Array): Promise<Uint8Array> {
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  for (const [index, identity] of identities.entries()) {
    try {
      decrypter.addIdentity(identity);
    } catch {
      // Its message may hold part of the key.
      throw failed(`expected identity ${index + 1} of ${identities.length} to be an age identity (AGE-SECRET-KEY-…)`);
    }
  }
  try {
    return await decrypter.decrypt(encrypted);
  } catch (cause) {
    throw failed(
      `expected a file of age that one of ${identities.length} identities opens, got: ${messageOf(cause)}`,
      cause,
    );
  }
}

/** True for the binary form of age, whatever the file is called. */
export function isEncrypted(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, MAGIC.length)).toString('latin1') === MAGIC;
}

const MAGIC = 'age-encryption.org/v1\n';

function failed(message: string, cause?: unknown): ChaosError {
  return new ChaosError('CHAOS_ARCHIVE_FAILED', message, { cause });
}
