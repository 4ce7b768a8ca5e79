import type { Json } from '@bridge/chaos-core';
import * as z from 'zod';

/** JSON Pointer (RFC 6901); a part `*` stands for every member or item. */
const pointer = z.string().regex(/^(\/([^~/]|~[01])*)+$/, { error: 'expected a JSON Pointer such as "/user/email"' });

const json: z.ZodType<Json> = z.json();

/** A change of one field: schema drift as clients see it. A field that is not there is left alone. */
export const jsonChange = z.union([
  z.strictObject({ drop: pointer }),
  z.strictObject({ set: pointer, to: json }),
  z.strictObject({ rename: pointer, to: z.string() }),
]);
export type JsonChange = z.output<typeof jsonChange>;

/** Applies the changes in order, in place. */
export function changeJson(value: Json, changes: readonly JsonChange[]): void {
  for (const change of changes) {
    if ('drop' in change) atEach(value, change.drop, remove);
    else if ('set' in change) atEach(value, change.set, (holder, key) => void Reflect.set(holder, key, change.to));
    else atEach(value, change.rename, (holder, key) => rename(holder, key, change.to));
  }
}

type Holder = Extract<Json, object>;
type Visit = (holder: Holder, key: string) => void;

function atEach(value: Json, path: string, visit: Visit): void {
  const parts = path.split('/').slice(1);
  descend(
    value,
    parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')),
    visit,
  );
}

function descend(value: Json, [part, ...rest]: readonly string[], visit: Visit): void {
  if (typeof value !== 'object' || value === null || part === undefined) return;
  // From the end, since removing an item moves those behind it.
  const keys = part === '*' ? Object.keys(value).reverse() : [part];
  for (const key of keys) {
    if (!Object.hasOwn(value, key)) continue;
    if (rest.length === 0) visit(value, key);
    else descend(Reflect.get(value, key), rest, visit);
  }
}

function remove(holder: Holder, key: string): void {
  if (Array.isArray(holder)) Array.prototype.splice.call(holder, Number(key), 1);
  else Reflect.deleteProperty(holder, key);
}

function rename(holder: Holder, key: string, to: string): void {
  if (Array.isArray(holder)) return;
  const value: Json = Reflect.get(holder, key);
  Reflect.deleteProperty(holder, key);
  Reflect.set(holder, to, value);
}
