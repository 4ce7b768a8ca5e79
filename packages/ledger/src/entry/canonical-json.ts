import { ChaosError } from '@bridge/chaos-core';

/** Deeper values are refused, so that hostile input cannot exhaust the stack. */
const DEEPEST = 64;

/**
 * RFC 8785 canonical JSON. `undefined` members are left out, as `JSON.stringify` does. Throws
 * `CHAOS_LEDGER_ENTRY_INVALID` with the path for what has no canonical form: NaN and infinities, lone surrogates,
 * BigInt, functions, nesting deeper than 64.
 */
export function canonicalJson(value: unknown): string {
  return write(value, '', 0);
}

function write(value: unknown, path: string, depth: number): string {
  switch (typeof value) {
    case 'string':
      return writeString(value, path);
    case 'number':
      if (!Number.isFinite(value)) refuse(path, `expected a finite number, got ${value}`);
      return JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (depth > DEEPEST) refuse(path, `expected at most ${DEEPEST} levels of nesting`);
      return Array.isArray(value) ? writeArray(value, path, depth) : writeObject(value, path, depth);
    default:
      return refuse(path, `expected a JSON value, got ${typeof value}`);
  }
}

/** Characters that stand for themselves in JSON; most texts have no others. */
const PLAIN = /^[ !#-[\]-~]*$/;

function writeString(text: string, path: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) refuse(path, 'expected well-formed Unicode, got a lone surrogate');
  return JSON.stringify(text);
}

function writeArray(items: readonly unknown[], path: string, depth: number): string {
  let text = '[';
  for (let at = 0; at < items.length; at += 1) {
    if (at > 0) text += ',';
    text += write(items[at], `${path}/${at}`, depth + 1);
  }
  return `${text}]`;
}

function writeObject(object: object, path: string, depth: number): string {
  let text = '{';
  for (const key of sortedKeys(object)) {
    const member: unknown = Reflect.get(object, key);
    if (member === undefined) continue;
    if (text.length > 1) text += ',';
    text += `${writeString(key, path)}:${write(member, `${path}/${key}`, depth + 1)}`;
  }
  return `${text}}`;
}

/** By UTF-16 code units, which is what RFC 8785, section 3.2.3 asks for and the default order of texts. */
function sortedKeys(object: object): string[] {
  const keys = Object.keys(object);
  for (let at = 1; at < keys.length; at += 1) {
    if ((keys[at - 1] ?? '') > (keys[at] ?? '')) return keys.sort();
  }
  return keys;
}

function refuse(path: string, problem: string): never {
  throw new ChaosError('CHAOS_LEDGER_ENTRY_INVALID', `${problem} at ${path === '' ? 'the top' : path}`, {
    details: { path },
  });
}
