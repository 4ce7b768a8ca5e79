import type { Clock, ProbeResult } from '@bridge/chaos-core';
import { answerInTime } from '../event/answer-in-time.ts';
import type { TimedProbe } from './open-probe.ts';

/** One look within the probe's time-out. What throws or comes late is degraded. Rejects only when `signal` aborts. */
export async function checkInTime(
  probe: Pick<TimedProbe, 'check' | 'timeout'>,
  clock: Clock,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const ask = (limit: AbortSignal): Promise<ProbeResult> => probe.check(limit);
  const failed = (detail: string): ProbeResult => ({ health: 'degraded', detail });
  return answerInTime({ ask, timeout: probe.timeout, failed }, clock, signal);
}
