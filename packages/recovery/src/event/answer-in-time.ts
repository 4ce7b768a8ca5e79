import { type Clock, deadline, messageOf } from '@bridge/chaos-core';

interface TimedQuestion<Answer> {
  ask(signal: AbortSignal): Promise<Answer>;
  /** Milliseconds. */
  readonly timeout: number;
  /** What it counts as when it throws or comes late. */
  failed(detail: string): Answer;
}

/** Asks once, within the time-out. Rejects only when `signal` aborts. */
export async function answerInTime<Answer>(
  { ask, timeout, failed }: TimedQuestion<Answer>,
  clock: Clock,
  signal: AbortSignal,
): Promise<Answer> {
  using limit = deadline(clock, timeout, signal);
  const late = new Promise<Answer>((resolve) => {
    const tell = (): void => resolve(failed(`no answer within ${timeout} ms`));
    limit.signal.addEventListener('abort', tell, { once: true });
  });
  const answer = ask(limit.signal).catch((error: unknown) => failed(messageOf(error)));
  const result = await Promise.race([answer, late]);
  signal.throwIfAborted();
  return result;
}
