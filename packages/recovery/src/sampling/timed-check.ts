import { type Clock, messageOf, type OpenProbe, type ProbeResult, type SampleOutcome } from '@bridge/chaos-core';

/** What came of one check. */
export type Answer = ProbeResult & { readonly outcome: SampleOutcome };

const NO_ANSWER: Answer = { outcome: 'timeout', health: 'degraded', detail: 'no answer in time' };
export const NEVER_SENT: Answer = {
  outcome: 'timeout',
  health: 'degraded',
  detail: 'due, but could not be sent in time',
};
export const SHED: Answer = { outcome: 'shed', health: 'unknown', detail: 'not sent: too many checks in flight' };

/** A check that was sent. */
export interface TimedCheck {
  /** Resolves by the deadline, also when the probe ignores its signal. Never rejects. */
  readonly answer: Promise<Answer>;
  /** Resolves when the probe is done with the check. Never rejects. */
  readonly settled: Promise<void>;
}

/** Checks once and gives up at the deadline. An answer that comes after it is none. */
export function timedCheck(probe: OpenProbe, clock: Clock, deadline: number): TimedCheck {
  const controller = new AbortController();
  const { promise: answer, resolve } = Promise.withResolvers<Answer>();
  // Node cuts fractions off and looks at the time in whole ms: one more, so that no check is given up early.
  const timer = clock.timer(Math.max(0, Math.ceil(deadline - clock.now()) + 1), () => {
    resolve(NO_ANSWER);
    controller.abort(new DOMException('no answer in time', 'TimeoutError'));
  });
  const settled = ask(probe, controller.signal).then((result) => {
    timer[Symbol.dispose]();
    // The timer may be late itself.
    resolve(clock.now() > deadline ? NO_ANSWER : result);
  });
  return { answer, settled };
}

async function ask(probe: OpenProbe, signal: AbortSignal): Promise<Answer> {
  try {
    return { ...(await probe.check(signal)), outcome: 'answered' };
  } catch (error) {
    return { outcome: 'threw', health: 'degraded', detail: messageOf(error) };
  }
}
