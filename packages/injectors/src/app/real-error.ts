import { getSystemErrorMap } from 'node:util';
import * as z from 'zod';

/** Zod type of the connection errors that can be injected. */
export const networkErrorCode = z.enum([
  'ECONNREFUSED',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
export type NetworkErrorCode = z.output<typeof networkErrorCode>;

interface Shape {
  readonly syscall: string;
  /** Whose place the error names. */
  readonly about: 'peer' | 'host' | 'none';
}

/** The call in which each shows itself. */
const SHAPES: Readonly<Record<NetworkErrorCode, Shape>> = {
  ECONNREFUSED: { syscall: 'connect', about: 'peer' },
  ETIMEDOUT: { syscall: 'connect', about: 'peer' },
  EHOSTUNREACH: { syscall: 'connect', about: 'peer' },
  ENETUNREACH: { syscall: 'connect', about: 'peer' },
  ECONNRESET: { syscall: 'read', about: 'none' },
  EPIPE: { syscall: 'write', about: 'none' },
  ENOTFOUND: { syscall: 'getaddrinfo', about: 'host' },
  EAI_AGAIN: { syscall: 'getaddrinfo', about: 'host' },
};

export interface Peer {
  readonly host: string;
  readonly port?: number | undefined;
  /** IP address, where one is known. */
  readonly address?: string | undefined;
}

/** libuv's numbers of the name-service errors; Node leaves ENOTFOUND (its own name for EAI_NONAME) out of the map. */
const NAME_SERVICE: Readonly<Record<string, number>> = { ENOTFOUND: -3008, EAI_AGAIN: -3001 };

/** The number and description of a system error on this platform. */
function systemNumber(code: string): { readonly errno: number; readonly text: string } {
  for (const [errno, [name, text]] of getSystemErrorMap()) if (name === code) return { errno, text };
  return { errno: NAME_SERVICE[code] ?? -1, text: code };
}

/** The error that a real connection would end in: same message, `code`, `errno`, `syscall` and place. */
export function networkError(code: NetworkErrorCode, { host, port, address = host }: Peer): Error {
  const { syscall, about } = SHAPES[code];
  const { errno } = systemNumber(code);
  const common = { errno: NAME_SERVICE[code] ?? errno, code, syscall };
  if (about === 'peer') {
    const place = port === undefined ? address : `${address}:${port}`;
    const where = port === undefined ? { address } : { address, port };
    return Object.assign(new Error(`${syscall} ${code} ${place}`), common, where);
  }
  if (about === 'host') return Object.assign(new Error(`${syscall} ${code} ${host}`), common, { hostname: host });
  return Object.assign(new Error(`${syscall} ${code}`), common);
}

/** The error of a real file operation. */
export function fileError(code: string, syscall: string, path: string): Error {
  const { errno, text } = systemNumber(code);
  return Object.assign(new Error(`${code}: ${text}, ${syscall} '${path}'`), { errno, code, syscall, path });
}
