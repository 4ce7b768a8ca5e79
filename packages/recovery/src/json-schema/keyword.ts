import type { Json, JsonObject } from '@bridge/chaos-core';

/** Where a document does not fit, as a JSON Pointer (RFC 6901), and why, in one line. */
export interface SchemaMismatch {
  readonly pointer: string;
  readonly reason: string;
}

/** The first mismatch of a document, or undefined when it fits. */
export type SchemaCheck = (document: Json) => SchemaMismatch | undefined;

/** Where a keyword stands, and how to compile the schemas inside its value. */
export interface Place {
  /** The schema object that holds the keyword. */
  readonly schema: JsonObject;
  /** JSON Pointer of the keyword. */
  readonly at: string;
  compile(part: Json | undefined, at: string): SchemaCheck;
  reference(pointer: string): SchemaCheck;
}

/**
 * Compiles one keyword. Undefined: it asserts nothing by itself.
 * @throws {TypeError} that says what value was expected.
 */
export type Keyword = (value: Json, place: Place) => SchemaCheck | undefined;

export function mismatch(reason: string): SchemaMismatch {
  return { pointer: '', reason };
}

/** A mismatch found in a member, as seen from its parent. */
export function inMember(token: string | number, found: SchemaMismatch | undefined): SchemaMismatch | undefined {
  return found && { ...found, pointer: `/${escapePointer(String(token))}${found.pointer}` };
}

export function escapePointer(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The first mismatch among many checks. */
export function firstMismatch<T>(
  items: Iterable<T>,
  check: (item: T) => SchemaMismatch | undefined,
): SchemaMismatch | undefined {
  for (const item of items) {
    const found = check(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
