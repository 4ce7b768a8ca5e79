import type { Json, JsonObject } from '@bridge/chaos-core';

export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isArray(value);
}

/** The value of a keyword as a number. @throws {TypeError} */
export function asNumber(value: Json): number {
  if (typeof value === 'number') return value;
  throw new TypeError(`a number, got ${JSON.stringify(value)}`);
}

/** The value of a keyword as a string. @throws {TypeError} */
export function asText(value: Json): string {
  if (typeof value === 'string') return value;
  throw new TypeError(`a string, got ${JSON.stringify(value)}`);
}

/** The value of a keyword as an array. @throws {TypeError} */
export function asArray(value: Json): readonly Json[] {
  if (isArray(value)) return value;
  throw new TypeError(`an array, got ${JSON.stringify(value)}`);
}

/** The value of a keyword as an array of strings. @throws {TypeError} */
export function asTexts(value: Json): string[] {
  return asArray(value).map(asText);
}

/** The members of a keyword's value. @throws {TypeError} */
export function asMembers(value: Json): [string, Json | undefined][] {
  if (isObject(value)) return Object.entries(value);
  throw new TypeError(`an object, got ${JSON.stringify(value)}`);
}
