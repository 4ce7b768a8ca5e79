import { type Clock, messageOf, type ProbeResult } from '@bridge/chaos-core';
import { deadline } from '../event/deadline.ts';
import type { TimedProbe } from './open-probe.ts';

/** One look within the probe's time-out. What throws or comes late is degraded. Rejects only when `signal` aborts. */
export async function checkInTime(
  probe: Pick<TimedProbe, 'check' | 'timeout'>,
  clock: Clock,
  signal: AbortSignal,
): Promise<ProbeResult> {
  using limit = deadline(clock, probe.timeout, signal);
  const late = new Promise<ProbeResult>((resolve) => {
    const tell = (): void => resolve({ health: 'degraded', detail: `no answer within ${probe.timeout} ms` });
    limit.signal.addEventListener('abort', tell, { once: true });
  });
  const answer = probe.check(limit.signal).catch((error: unknown): ProbeResult => {
    return { health: 'degraded', detail: messageOf(error) };
  });
  const result = await Promise.race([answer, late]);
  signal.throwIfAborted();
  return result;
}
