import { createHash } from 'node:crypto';
import type { Json } from '../json.ts';

/** SHA-256 of the data, whatever order its members were written in. */
export function fingerprint(data: Json): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(data)))
    .digest('hex');
}

function sorted(data: Json): Json {
  if (typeof data !== 'object' || data === null) return data;
  if (Array.isArray(data)) return data.map(sorted);
  const members = Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([key, member]) => [key, member === undefined ? null : sorted(member)]));
}
