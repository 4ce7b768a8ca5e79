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
  const code = codeOf(error);
  const detail = describe(error);
  return { health: code !== undefined && OWN_TROUBLE.has(code) ? 'unknown' : 'degraded', detail };
}

/** Node reports a failed dual-stack connect as an AggregateError with an empty message. */
function describe(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  const message = messageOf(error);
  return message === '' ? (codeOf(error) ?? 'the connection failed') : message;
}
