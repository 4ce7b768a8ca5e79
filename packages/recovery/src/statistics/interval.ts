/** A confidence interval. Both ends belong to it. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** @throws {RangeError} unless the confidence is strictly between 0 and 1. */
export function requireConfidence(confidence: number): void {
  if (confidence > 0 && confidence < 1) return;
  throw new RangeError(`expected a confidence between 0 and 1, got ${confidence}`);
}

/** @throws {RangeError} unless there are `successes` among `trials`. */
export function requireCount(successes: number, trials: number): void {
  if (Number.isInteger(successes) && Number.isInteger(trials) && successes >= 0 && successes <= trials) return;
  throw new RangeError(`expected 0 <= successes <= trials, got ${successes} of ${trials}`);
}

/** @throws {RangeError} unless there are at least `least` values, all finite. */
export function requireSample(values: readonly number[], least = 1): void {
  if (values.length < least) throw new RangeError(`expected at least ${least} values, got ${values.length}`);
  const wrong = values.find((value) => !Number.isFinite(value));
  if (wrong !== undefined) throw new RangeError(`expected finite numbers, got ${wrong}`);
}
