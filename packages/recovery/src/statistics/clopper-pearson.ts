import { betaQuantile } from './beta.ts';
import { type Interval, requireConfidence, requireCount } from './interval.ts';

/** Exact (conservative) interval of a proportion (Clopper and Pearson 1934). [0, 1] for no trials. */
export function clopperPearson(successes: number, trials: number, confidence = 0.95): Interval {
  requireCount(successes, trials);
  requireConfidence(confidence);
  const tail = (1 - confidence) / 2;
  return {
    low: successes === 0 ? 0 : betaQuantile(tail, successes, trials - successes + 1),
    high: successes === trials ? 1 : betaQuantile(1 - tail, successes + 1, trials - successes),
  };
}
