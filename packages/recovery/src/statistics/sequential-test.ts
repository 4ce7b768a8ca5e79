/** Two pass rates that are to be told apart, and how often that may go wrong. */
export interface SequentialTestOptions {
  /** A system that passes this often is good. Default 0.95. */
  readonly good?: number;
  /** A system that passes this often, or less, is not. Default 0.7. */
  readonly bad?: number;
  /** Largest probability to reject a good system, and to accept a bad one. Default 0.05. */
  readonly error?: number;
}

export type SequentialDecision = 'accepted' | 'rejected' | 'undecided';

/**
 * Wald's sequential probability ratio test of a proportion (Wald 1945): decides as soon as the trials so far allow it, on
 * average with about half as many as a test of fixed size.
 * @throws {RangeError} unless 0 < bad < good < 1 and 0 < error < 0.5.
 */
export function sequentialTest(
  successes: number,
  trials: number,
  { good = 0.95, bad = 0.7, error = 0.05 }: SequentialTestOptions = {},
): SequentialDecision {
  if (!(bad > 0 && bad < good && good < 1)) throw new RangeError(`expected 0 < bad < good < 1, got ${bad} and ${good}`);
  if (!(error > 0 && error < 0.5)) throw new RangeError(`expected an error between 0 and 0.5, got ${error}`);
  const evidence = successes * Math.log(good / bad) + (trials - successes) * Math.log((1 - good) / (1 - bad));
  const limit = Math.log((1 - error) / error);
  if (evidence >= limit) return 'accepted';
  return evidence <= -limit ? 'rejected' : 'undecided';
}
