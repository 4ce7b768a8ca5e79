import type { ProbeResult } from '@bridge/chaos-core';
import { codeOf, networkFailure } from '../network-failure.ts';

/**
 * SQLSTATEs that speak of how the probe was written and not of the system (PostgreSQL manual, appendix A): bad
 * credentials (class 28) and a syntax error.
 */
const PROBES_OWN = /^(28...|42601)$/;

/** `unknown` for what the probe itself did wrong, `degraded` for what a user of the database would meet too. */
export function postgresFailure(error: unknown, signal: AbortSignal): ProbeResult {
  const failure = networkFailure(error, signal);
  const code = codeOf(error);
  if (code === undefined || !/^[0-9A-Z]{5}$/.test(code) || signal.aborted) return failure;
  return { health: PROBES_OWN.test(code) ? 'unknown' : 'degraded', detail: `${failure.detail} (SQLSTATE ${code})` };
}
