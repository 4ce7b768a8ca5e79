import { ChaosError } from '@bridge/chaos-core';

/** A TCP end point. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** `'127.0.0.1:5432'`, `'[::1]:5432'`, a port on the loopback address, or host and port. */
export type AddressInput = string | number | { readonly host?: string; readonly port: number };

const LOOPBACK = '127.0.0.1';

/** Reads an end point; the host defaults to the loopback address, never to all interfaces. */
export function parseAddress(option: string, input: AddressInput): Address {
  const { host, port } = split(input);
  if (host.length > 0 && Number.isInteger(port) && port >= 0 && port <= 65_535) return { host, port };
  throw new ChaosError(
    'CHAOS_OPTIONS_INVALID',
    `proxy option "${option}" expected "host:port", a port from 0 to 65535 or { host, port }, got ${JSON.stringify(input)}`,
    { details: { path: option } },
  );
}

function split(input: AddressInput): Address {
  if (typeof input === 'number') return { host: LOOPBACK, port: input };
  if (typeof input === 'object') return { host: input.host ?? LOOPBACK, port: input.port };
  const [, bracketed, plain, digits] = /^(?:(?:\[([^\]]+)\]|([^:]*)):)?(\d{1,5})$/.exec(input) ?? [];
  return { host: bracketed ?? plain ?? LOOPBACK, port: digits === undefined ? Number.NaN : Number(digits) };
}

/** `host:port`, with brackets round an IPv6 address. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
