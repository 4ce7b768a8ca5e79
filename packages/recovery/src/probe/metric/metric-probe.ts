import { defineProbe, type ProbeFactory, type ProbeResult } from '@bridge/chaos-core';
import * as z from 'zod';
import { type NumberExpectation, numberExpectation, numberMismatch } from '../expectation/number-expectation.ts';

const metricOptions = z.strictObject({
  /** What the number must be. */
  expect: numberExpectation,
});

/**
 * A probe type of the host's own: any number from a callback, looked at in the host's thread.
 *
 * ```ts
 * const queueDepth = metric('queue-depth', () => queue.length);
 * queueDepth({ name: 'queue', every: '1s', expect: { atMost: 100 } });
 * ```
 *
 * The value is the number. NaN and infinity are `unknown`: no data is no success; so is a callback that throws.
 */
export function metric<const Type extends string>(
  type: Type,
  read: (signal: AbortSignal) => number | Promise<number>,
): ProbeFactory<Type, typeof metricOptions> {
  return defineProbe({
    type,
    options: metricOptions,
    inHost: true,
    async open({ expect }) {
      return {
        async check(signal) {
          try {
            return judge(expect, await read(signal));
          } catch (error) {
            if (signal.aborted) return { health: 'unknown', detail: `${type} gave no number before the time-out` };
            return { health: 'unknown', detail: `${type} could not be read: ${String(error)}` };
          }
        },
        async close() {},
      };
    },
  });
}

function judge(expect: NumberExpectation, value: number): ProbeResult {
  if (!Number.isFinite(value)) return { health: 'unknown', detail: `expected a finite number, got ${String(value)}` };
  const mismatch = numberMismatch(expect, value);
  return mismatch === undefined ? { health: 'healthy', value } : { health: 'degraded', value, detail: mismatch };
}
