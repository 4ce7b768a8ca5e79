import { messageOf } from '@bridge/chaos-core';
import { deadline } from '../event/deadline.ts';
import type { DetectorContext, Look, OpenDetector, Trigger } from './trigger.ts';

/** One look within the trigger's time-out. What throws or comes late is unknown. Rejects only when `signal` aborts. */
export async function lookInTime(
  detector: OpenDetector,
  { timeout }: Pick<Trigger, 'timeout'>,
  { clock }: Pick<DetectorContext, 'clock'>,
  signal: AbortSignal,
): Promise<Look> {
  using limit = deadline(clock, timeout, signal);
  const late = new Promise<Look>((resolve) => {
    const tell = (): void => resolve({ is: 'unknown', detail: `no answer within ${timeout} ms` });
    limit.signal.addEventListener('abort', tell, { once: true });
  });
  const answer = detector.look(limit.signal).catch((error: unknown): Look => {
    return { is: 'unknown', detail: messageOf(error) };
  });
  const look = await Promise.race([answer, late]);
  signal.throwIfAborted();
  return look;
}
