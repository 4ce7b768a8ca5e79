import type { Address } from '../proxy/address.ts';
import { badRequest } from './api/api-error.ts';

/** Reads `host:port` as Go does: `[::1]:80` is IPv6, and `:80` has no host. */
export function parsePlace(field: string, text: string, hostOfNone: string): Address {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits ?? Number.NaN);
  if (port <= 65_535) return { host: bracketed || plain || hostOfNone, port };
  throw badRequest(`${field}: expected "host:port", got ${JSON.stringify(text)}`);
}
