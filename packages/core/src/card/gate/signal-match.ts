import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from '../../json.ts';
import type { HeardSignal } from '../drill-log.ts';

/** A signal of this name whose data hold what they must. No name: any. */
export function matchesSignal(
  heard: HeardSignal,
  kind: HeardSignal['kind'],
  { name, where }: { readonly name: string | null; readonly where: JsonObject },
): boolean {
  return heard.kind === kind && (name === null || heard.name === name) && holds(heard.data, where);
}

function holds(data: Json | undefined, wanted: Json | undefined): boolean {
  if (!isObject(wanted)) return isDeepStrictEqual(data, wanted);
  return isObject(data) && Object.entries(wanted).every(([key, value]) => holds(data[key], value));
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
