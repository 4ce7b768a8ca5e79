import { logGamma } from './beta.ts';
import { type Interval, requireConfidence, requireCount } from './interval.ts';

/**
 * Interval of a proportion that may be looked at after every trial: over all looks together it misses the true
 * proportion with at most 1 - `confidence` (Robbins 1970; beta-binomial mixture with a uniform prior, Howard et al.
 * 2021). Wider than an interval that is looked at once. [0, 1] without trials.
 * @throws {RangeError} unless 0 <= successes <= trials.
 */
export function confidenceSequence(successes: number, trials: number, confidence = 0.95): Interval {
  requireCount(successes, trials);
  requireConfidence(confidence);
  if (trials === 0) return { low: 0, high: 1 };
  const failures = trials - successes;
  const mixture = logGamma(successes + 1) + logGamma(failures + 1) - logGamma(trials + 2);
  const limit = Math.log(1 / (1 - confidence));
  // How much better the mixture explains the trials than p does; more than the limit, and p is out.
  const isOut = (p: number): boolean => mixture - logLikelihood(successes, failures, p) >= limit;
  const share = successes / trials;
  return { low: edge(0, share, isOut), high: edge(1, share, isOut) };
}

function logLikelihood(successes: number, failures: number, p: number): number {
  return (successes === 0 ? 0 : successes * Math.log(p)) + (failures === 0 ? 0 : failures * Math.log1p(-p));
}

/** Where, from `outside` towards the share that is always in, the interval begins. */
function edge(outside: number, inside: number, isOut: (p: number) => boolean): number {
  if (!isOut(outside)) return outside;
  let [out, within] = [outside, inside];
  for (let step = 0; step < 100; step += 1) {
    const middle = (out + within) / 2;
    if (middle === out || middle === within) break;
    if (isOut(middle)) out = middle;
    else within = middle;
  }
  return within;
}
