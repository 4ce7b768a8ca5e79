import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Json, JsonObject, LedgerEntry } from '@bridge/chaos-core';
import { canonicalJson } from './canonical-json.ts';
import type { Envelope, SealedValue } from './envelope.ts';
import type { SealKeys } from './seal-keys.ts';

export interface SealRules {
  /** Whose data this is: the key under which the values are sealed, and erased together. Undefined: nothing is sealed. */
  readonly subject: (entry: LedgerEntry) => string | undefined;
  /** JSON pointers (RFC 6901) into `data`. Paths that are absent are skipped. */
  readonly paths: readonly string[];
  readonly keys: SealKeys;
}

export interface Sealed {
  readonly data: JsonObject;
  readonly sealed: readonly SealedValue[];
}

const PLACEHOLDER = '[sealed]';

/** Ties a sealed value to its place, so that it cannot be moved to another entry or path. */
const context = (id: string, path: string): Buffer => Buffer.from(canonicalJson([id, path]));

/** Replaces the values at the rules' paths by AES-256-GCM ciphertexts. The log proves the ciphertext; erasing the key erases the value. */
export async function seal(entry: LedgerEntry, data: JsonObject, rules: SealRules): Promise<Sealed> {
  const subject = rules.subject(entry);
  if (subject === undefined) return { data, sealed: [] };
  const present = rules.paths.filter((path) => valueAt(data, steps(path)) !== undefined);
  if (present.length === 0) return { data, sealed: [] };
  const { kid, key } = await rules.keys.forSubject(subject);
  const sealed: SealedValue[] = [];
  let left = data;
  for (const path of present) {
    const value = valueAt(data, steps(path));
    if (value === undefined) continue;
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(context(entry.id, path));
    const ct = Buffer.concat([cipher.update(canonicalJson(value)), cipher.final()]);
    sealed.push({
      path,
      kid,
      iv: iv.toString('base64'),
      ct: ct.toString('base64'),
      tag: cipher.getAuthTag().toString('base64'),
    });
    left = replaceAt(left, steps(path), PLACEHOLDER);
  }
  return { data: left, sealed };
}

/** Reads the sealed values of an entry whose keys still exist: JSON pointer to value. Erased ones are absent. */
export async function unseal(entry: Envelope, keys: SealKeys): Promise<ReadonlyMap<string, Json>> {
  const values = new Map<string, Json>();
  for (const { path, kid, iv, ct, tag } of entry.sealed ?? []) {
    const key = await keys.find(kid);
    if (key === undefined) continue;
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64'))
      .setAAD(context(entry.id, path))
      .setAuthTag(Buffer.from(tag, 'base64'));
    const plain = Buffer.concat([decipher.update(Buffer.from(ct, 'base64')), decipher.final()]);
    values.set(path, JSON.parse(plain.toString()));
  }
  return values;
}

function steps(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueAt(value: Json | undefined, [step, ...rest]: readonly string[]): Json | undefined {
  if (step === undefined) return value;
  return isObject(value) && Object.hasOwn(value, step) ? valueAt(value[step], rest) : undefined;
}

function replaceAt(object: JsonObject, [step = '', ...rest]: readonly string[], by: Json): JsonObject {
  const child = object[step];
  return { ...object, [step]: rest.length > 0 && isObject(child) ? replaceAt(child, rest, by) : by };
}
