import type { Json } from '@bridge/chaos-core';
import { asMembers, asTexts, isObject } from './json-kind.ts';
import { escapePointer, firstMismatch, inMember, type Keyword, mismatch, type SchemaCheck } from './keyword.ts';
import { limit } from './value-keywords.ts';

function membersOf(document: Json): [string, Json][] {
  if (!isObject(document)) return [];
  return Object.entries(document).flatMap(([name, member]) => (member === undefined ? [] : [[name, member]]));
}

const properties: Keyword = (value, { at, compile }) => {
  const checks = new Map(asMembers(value).map(([name, part]) => [name, compile(part, `${at}/${escapePointer(name)}`)]));
  return (document) =>
    firstMismatch(membersOf(document), ([name, member]) => inMember(name, checks.get(name)?.(member)));
};

function patternChecks(value: Json, at: string, compile: (part: Json | undefined, at: string) => SchemaCheck) {
  return asMembers(value).map(([source, part]) => {
    return { pattern: new RegExp(source, 'u'), check: compile(part, `${at}/${escapePointer(source)}`) };
  });
}

const patternProperties: Keyword = (value, { at, compile }) => {
  const checks = patternChecks(value, at, compile);
  return (document) =>
    firstMismatch(membersOf(document), ([name, member]) =>
      firstMismatch(checks, ({ pattern, check }) => (pattern.test(name) ? inMember(name, check(member)) : undefined)),
    );
};

const additionalProperties: Keyword = (value, { schema, at, compile }) => {
  const check = compile(value, at);
  const named = new Set(asMembers(schema['properties'] ?? {}).map(([name]) => name));
  const patterns = asMembers(schema['patternProperties'] ?? {}).map(([source]) => new RegExp(source, 'u'));
  const isAdditional = (name: string): boolean => !named.has(name) && !patterns.some((pattern) => pattern.test(name));
  return (document) =>
    firstMismatch(membersOf(document), ([name, member]) =>
      isAdditional(name) ? inMember(name, check(member)) : undefined,
    );
};

const propertyNames: Keyword = (value, { at, compile }) => {
  const check = compile(value, at);
  return (document) => firstMismatch(membersOf(document), ([name]) => inMember(name, check(name)));
};

function missing(names: readonly string[], document: Json): ReturnType<SchemaCheck> {
  if (!isObject(document)) return undefined;
  const absent = names.find((name) => !Object.hasOwn(document, name));
  return absent === undefined ? undefined : mismatch(`expected a member ${JSON.stringify(absent)}`);
}

const required: Keyword = (value) => {
  const names = asTexts(value);
  return (document) => missing(names, document);
};

const dependentRequired: Keyword = (value) => {
  const rules = asMembers(value).map(([name, names]) => ({ name, names: asTexts(names ?? []) }));
  return (document) =>
    firstMismatch(rules, ({ name, names }) =>
      isObject(document) && Object.hasOwn(document, name) ? missing(names, document) : undefined,
    );
};

const dependentSchemas: Keyword = (value, { at, compile }) => {
  const rules = asMembers(value).map(([name, part]) => ({
    name,
    check: compile(part, `${at}/${escapePointer(name)}`),
  }));
  return (document) =>
    firstMismatch(rules, ({ name, check }) =>
      isObject(document) && Object.hasOwn(document, name) ? check(document) : undefined,
    );
};

const size = (document: Json): number | undefined => (isObject(document) ? membersOf(document).length : undefined);

/** Keywords about objects; anything else passes them. */
export const objectKeywords: Readonly<Record<string, Keyword>> = {
  properties,
  patternProperties,
  additionalProperties,
  propertyNames,
  required,
  dependentRequired,
  dependentSchemas,
  minProperties: limit(size, (count, bound) => count >= bound, 'a number of members of at least'),
  maxProperties: limit(size, (count, bound) => count <= bound, 'a number of members of at most'),
};
