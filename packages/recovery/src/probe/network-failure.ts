import { messageOf, type ProbeResult } from '@bridge/chaos-core';

/** The prober's own resources are exhausted: it says nothing about the system under test. */
const OWN_TROUBLE: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS', 'EADDRNOTAVAIL', 'EAGAIN']);

/** The code of a system or TLS error, or undefined. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/**
 * What a failed connection says: `degraded`, since users would see the same, or `unknown` when the prober itself ran
 * out of descriptors, ports or memory.
 */
export function networkFailure(error: unknown, signal: AbortSignal): ProbeResult {
  if (signal.aborted) return { health: 'degraded', detail: 'no answer before the time-out' };
  return { health: isOwnTrouble(error) ? 'unknown' : 'degraded', detail: describe(error) };
}

function isOwnTrouble(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && OWN_TROUBLE.has(code) && !isFullQueue(error);
}

/** A Unix socket whose server has stopped taking connections says EAGAIN to everybody (connect(2)). */
function isFullQueue(error: unknown): boolean {
  return codeOf(error) === 'EAGAIN' && error instanceof Error && 'syscall' in error && error.syscall === 'connect';
}

/** Node reports a failed dual-stack connect as an AggregateError with an empty message. */
function describe(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  const message = messageOf(error);
  return message === '' ? (codeOf(error) ?? 'the connection failed') : message;
}
