import { ChaosError, messageOf } from '@bridge/chaos-core';

/** Which engine a call went to, for messages. */
export interface Callee {
  readonly connection: string;
  readonly endpoint: string;
}

const REMEDIES: Readonly<Record<string, string>> = {
  ENOENT: 'nothing listens there: start Docker, or name the engine with the hosts option or DOCKER_HOST',
  ECONNREFUSED: 'nothing listens there: start Docker, or name the engine with the hosts option or DOCKER_HOST',
  EACCES: 'this user may not open the socket: run as root or join the socket\'s group (often "docker")',
  EPERM: 'this user may not open the socket: run as root or join the socket\'s group (often "docker")',
  ENOTFOUND: 'the host name does not resolve: check the address',
  ECONNRESET: 'the engine went away during the call: it is tried again once it is back',
};

/** The engine could not be asked. Worth another try later: nothing is known about the container. */
export function unreachable(callee: Callee, what: string, cause: unknown): ChaosError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const remedy = REMEDIES[code] ?? 'check that the engine runs and that address and certificates are right';
  return new ChaosError(
    'CHAOS_TARGET_UNREACHABLE',
    `expected Docker engine "${callee.connection}" (${callee.endpoint}) to ${what}, got ${messageOf(cause)}; ${remedy}`,
    { cause, details: { connection: callee.connection, endpoint: callee.endpoint } },
  );
}

/** The engine answered, with a refusal. */
export function refused(callee: Callee, what: string, status: number, cause: unknown): ChaosError {
  return new ChaosError(
    'CHAOS_FAULT_FAILED',
    `expected Docker engine "${callee.connection}" (${callee.endpoint}) to ${what}, got ${messageOf(cause).trim()}`,
    { cause, details: { connection: callee.connection, status } },
  );
}

/** The HTTP status of a refusal, or undefined for any other error. */
export function refusalStatus(error: unknown): number | undefined {
  const status = error instanceof ChaosError ? error.details['status'] : undefined;
  return typeof status === 'number' ? status : undefined;
}

/** The HTTP status the client library put on an error. */
export function httpStatus(error: unknown): number | undefined {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}
