import { isDeepStrictEqual } from 'node:util';
import type { Json } from '@bridge/chaos-core';
import { asArray, asNumber, asText, asTexts, isArray, isObject } from './json-kind.ts';
import { type Keyword, mismatch } from './keyword.ts';

const TYPES: Readonly<Record<string, (document: Json) => boolean>> = {
  null: (document) => document === null,
  boolean: (document) => typeof document === 'boolean',
  number: (document) => typeof document === 'number',
  integer: (document) => Number.isInteger(document),
  string: (document) => typeof document === 'string',
  array: isArray,
  object: isObject,
};

const type: Keyword = (value) => {
  const names = isArray(value) ? asTexts(value) : [asText(value)];
  const tests = names.map((name) => {
    const test = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
    if (test === undefined) throw new TypeError(`one of ${Object.keys(TYPES).join(', ')}, got ${JSON.stringify(name)}`);
    return test;
  });
  return (document) =>
    tests.some((test) => test(document))
      ? undefined
      : mismatch(`expected ${names.join(' or ')}, got ${short(document)}`);
};

const oneOfValues: Keyword = (value) => {
  const allowed = asArray(value);
  return (document) =>
    allowed.some((item) => isDeepStrictEqual(item, document))
      ? undefined
      : mismatch(`expected one of ${short(allowed)}, got ${short(document)}`);
};

const exactly: Keyword = (value) => (document) =>
  isDeepStrictEqual(value, document) ? undefined : mismatch(`expected ${short(value)}, got ${short(document)}`);

/** A limit on something measured; documents that have no such measure pass, as the draft says. */
export function limit(
  measure: (document: Json) => number | undefined,
  holds: (size: number, bound: number) => boolean,
  wanted: string,
): Keyword {
  return (value) => {
    const bound = asNumber(value);
    return (document) => {
      const size = measure(document);
      if (size === undefined || holds(size, bound)) return undefined;
      return mismatch(`expected ${wanted} ${bound}, got ${size}`);
    };
  };
}

const pattern: Keyword = (value) => {
  const expression = new RegExp(asText(value), 'u');
  return (document) =>
    typeof document !== 'string' || expression.test(document)
      ? undefined
      : mismatch(`expected text matching ${expression}, got ${short(document)}`);
};

function isMultiple(size: number, factor: number): boolean {
  const quotient = size / factor;
  // Binary floating point: 0.3 is a multiple of 0.1 although 0.3 / 0.1 is 2.9999999999999996.
  return Math.abs(quotient - Math.round(quotient)) <= Number.EPSILON * Math.max(1, Math.abs(quotient));
}

const amount = (document: Json): number | undefined => (typeof document === 'number' ? document : undefined);
/** Length in code points (RFC 8259 characters). */
const length = (document: Json): number | undefined =>
  typeof document === 'string' ? [...document].length : undefined;

/** Keywords that look at a value alone. */
export const valueKeywords: Readonly<Record<string, Keyword>> = {
  type,
  enum: oneOfValues,
  const: exactly,
  minimum: limit(amount, (size, bound) => size >= bound, 'at least'),
  maximum: limit(amount, (size, bound) => size <= bound, 'at most'),
  exclusiveMinimum: limit(amount, (size, bound) => size > bound, 'more than'),
  exclusiveMaximum: limit(amount, (size, bound) => size < bound, 'less than'),
  multipleOf: limit(amount, isMultiple, 'a multiple of'),
  minLength: limit(length, (size, bound) => size >= bound, 'a length of at least'),
  maxLength: limit(length, (size, bound) => size <= bound, 'a length of at most'),
  pattern,
};

function short(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
