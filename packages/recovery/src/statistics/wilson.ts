import { type Interval, requireConfidence, requireCount } from './interval.ts';
import { normalQuantile } from './normal.ts';

/**
 * Wilson's score interval of a proportion (Wilson 1927; Newcombe 1998, method 3). [0, 1] for no trials: no data proves
 * nothing.
 */
export function wilson(successes: number, trials: number, confidence = 0.95): Interval {
  requireCount(successes, trials);
  requireConfidence(confidence);
  if (trials === 0) return { low: 0, high: 1 };
  const z = -normalQuantile((1 - confidence) / 2);
  const share = successes / trials;
  const center = share + z ** 2 / (2 * trials);
  const spread = z * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2));
  const scale = 1 + z ** 2 / trials;
  return {
    low: successes === 0 ? 0 : (center - spread) / scale,
    high: successes === trials ? 1 : (center + spread) / scale,
  };
}
