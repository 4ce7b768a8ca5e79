import { isDeepStrictEqual } from 'node:util';
import type { Json } from '@bridge/chaos-core';
import { asArray, asNumber, isArray } from './json-kind.ts';
import { firstMismatch, inMember, type Keyword, mismatch, type SchemaCheck } from './keyword.ts';
import { limit } from './value-keywords.ts';

const inItems = (check: SchemaCheck, from: number): SchemaCheck => {
  return (document) => {
    if (!isArray(document)) return undefined;
    return firstMismatch(document.slice(from).entries(), ([index, item]) => inMember(from + index, check(item)));
  };
};

const items: Keyword = (value, { schema, at, compile }) => {
  const { prefixItems } = schema;
  return inItems(compile(value, at), isArray(prefixItems) ? prefixItems.length : 0);
};

const prefixItems: Keyword = (value, { at, compile }) => {
  const checks = asArray(value).map((part, index) => compile(part, `${at}/${index}`));
  return (document) => {
    if (!isArray(document)) return undefined;
    return firstMismatch(document.slice(0, checks.length).entries(), ([index, item]) =>
      inMember(index, checks[index]?.(item)),
    );
  };
};

const contains: Keyword = (value, { schema, at, compile }) => {
  const check = compile(value, at);
  const least = asNumber(schema['minContains'] ?? 1);
  const most = asNumber(schema['maxContains'] ?? Number.POSITIVE_INFINITY);
  return (document) => {
    if (!isArray(document)) return undefined;
    const fitting = document.filter((item) => check(item) === undefined).length;
    if (fitting >= least && fitting <= most) return undefined;
    return mismatch(`expected ${least} to ${most} fitting items, got ${fitting}`);
  };
};

const uniqueItems: Keyword = (value) => {
  if (value !== true) return undefined;
  return (document) => {
    if (!isArray(document)) return undefined;
    const repeated = document.findIndex((item, index) =>
      document.slice(0, index).some((earlier) => isDeepStrictEqual(earlier, item)),
    );
    return repeated === -1 ? undefined : mismatch(`expected different items, item ${repeated} came before`);
  };
};

const size = (document: Json): number | undefined => (isArray(document) ? document.length : undefined);

/** Keywords about arrays; anything else passes them. */
export const arrayKeywords: Readonly<Record<string, Keyword>> = {
  items,
  prefixItems,
  contains,
  // Read by `contains`.
  minContains: () => undefined,
  maxContains: () => undefined,
  uniqueItems,
  minItems: limit(size, (length, bound) => length >= bound, 'a number of items of at least'),
  maxItems: limit(size, (length, bound) => length <= bound, 'a number of items of at most'),
};
