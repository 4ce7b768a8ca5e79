import { hash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createSecretFile } from '../embedded/durable-file.ts';

export interface SealKey {
  readonly kid: string;
  /** 32 bytes. */
  readonly key: Buffer;
}

/** Where the keys of sealed values live. Never inside the ledger: what the ledger holds cannot be erased. */
export interface SealKeys {
  /** The subject's key; made on first use. */
  forSubject(subject: string): Promise<SealKey>;
  /** Undefined after erasure. */
  find(kid: string): Promise<Buffer | undefined>;
  /** Destroys the subject's key, and with it every value sealed under it, in every copy of the log. */
  erase(subject: string): Promise<void>;
}

/** Keys as files of mode 0600, one per subject. The file's name is a hash, so that a listing names nobody. */
export async function fileSealKeys(directory: string): Promise<SealKeys> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const prefixOf = (subject: string): string => hash('sha256', subject).slice(0, 32);
  const stored = async (prefix: string): Promise<string | undefined> =>
    (await readdir(directory)).find((name) => name.startsWith(`${prefix}.`));
  const read = async (kid: string): Promise<Buffer> => readFile(join(directory, kid));
  return {
    async forSubject(subject) {
      const prefix = prefixOf(subject);
      const existing = await stored(prefix);
      if (existing !== undefined) return { kid: existing, key: await read(existing) };
      // A key made after an erasure has another name, so that it is never taken for the erased one.
      const kid = `${prefix}.${randomBytes(8).toString('hex')}`;
      const key = randomBytes(32);
      await createSecretFile(join(directory, kid), key);
      return { kid, key };
    },
    async find(kid) {
      return (await readdir(directory)).includes(kid) ? read(kid) : undefined;
    },
    async erase(subject) {
      const existing = await stored(prefixOf(subject));
      if (existing !== undefined) await rm(join(directory, existing));
    },
  };
}
