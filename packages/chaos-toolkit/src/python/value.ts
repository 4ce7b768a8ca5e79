import type { Json, JsonObject } from '@bridge/chaos-core';

/**
 * What Python would hold after reading the file. A JavaScript number that is whole is an `int`, any other a `float`; a
 * `float` that is whole (`1.0`) is a {@link PyFloat}, because Chaos Toolkit tells the two apart.
 */
export type PyValue = null | boolean | number | string | PyFloat | readonly PyValue[] | PyDict;

export interface PyDict {
  readonly [key: string]: PyValue;
}

/** A `float` without a fraction. */
export class PyFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  toJSON(): number {
    return this.value;
  }
}

/** The `float` of this value. */
export function pyFloat(value: number): number | PyFloat {
  return Number.isInteger(value) ? new PyFloat(value) : value;
}

/** The numeric value of an `int` or `float`; a `bool` is none here. */
export function numberOf(value: PyValue | undefined): number | undefined {
  if (typeof value === 'number') return value;
  return value instanceof PyFloat ? value.value : undefined;
}

export function isInt(value: PyValue | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value);
}

export function isDict(value: PyValue | undefined): value is PyDict {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof PyFloat);
}

export function isList(value: PyValue | undefined): value is readonly PyValue[] {
  return Array.isArray(value);
}

/** Python's truth value: empty and zero are false. */
export function isTruthy(value: PyValue | undefined): boolean {
  if (value instanceof PyFloat) return value.value !== 0;
  if (isList(value)) return value.length > 0;
  if (isDict(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** As plain JSON; `1.0` becomes 1. */
export function toJson(value: PyValue): Json {
  if (value instanceof PyFloat) return value.value;
  if (isList(value)) return value.map(toJson);
  return isDict(value) ? toJsonObject(value) : value;
}

export function toJsonObject(dict: PyDict): JsonObject {
  return Object.fromEntries(Object.entries(dict).map(([key, value]) => [key, toJson(value)]));
}

/** The name Python gives to the type. */
export function typeName(value: PyValue | undefined): string {
  if (value === null || value === undefined) return 'NoneType';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'str';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  if (value instanceof PyFloat) return 'float';
  return isList(value) ? 'list' : 'dict';
}
