import { duration, type Random } from '@bridge/chaos-core';

/** Params of every delay. */
export const delayParams = {
  delay: duration.refine((delay) => delay > 0, 'expected more than 0 ms'),
  /** Uniform around the delay, at most as long as it. Default 0. */
  jitter: duration.default(0),
};

export interface Delay {
  readonly delay: number;
  readonly jitter: number;
}

/** One delay, drawn from `delay` ± `jitter`, ms. */
export function drawn({ delay, jitter }: Delay, random: Random): number {
  return Math.max(0, delay + (2 * random.next() - 1) * jitter);
}

export function delayText({ delay, jitter }: Delay): string {
  return jitter === 0 ? `${delay} ms` : `${delay} ± ${jitter} ms`;
}
