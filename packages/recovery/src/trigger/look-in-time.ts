import { answerInTime } from '../event/answer-in-time.ts';
import type { DetectorContext, Look, OpenDetector, Trigger } from './trigger.ts';

/** One look within the trigger's time-out. What throws or comes late is unknown. Rejects only when `signal` aborts. */
export async function lookInTime(
  detector: OpenDetector,
  { timeout }: Pick<Trigger, 'timeout'>,
  { clock }: Pick<DetectorContext, 'clock'>,
  signal: AbortSignal,
): Promise<Look> {
  const ask = (limit: AbortSignal): Promise<Look> => detector.look(limit);
  const failed = (detail: string): Look => ({ is: 'unknown', detail });
  return answerInTime({ ask, timeout, failed }, clock, signal);
}
