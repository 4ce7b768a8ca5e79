export interface CusumState {
  /** Evidence for a shift upwards. */
  readonly high: number;
  /** Evidence for a shift downwards. */
  readonly low: number;
  readonly signal: boolean;
}

export interface CusumOptions {
  readonly target: number;
  /** Slack: half the shift worth detecting, in the unit of the values. */
  readonly slack: number;
  /** Decision limit, in the unit of the values. */
  readonly limit: number;
}

/** Tabular CUSUM of a level, one state per value (Page 1954; NIST/SEMATECH e-Handbook 6.3.2.3). */
export function cusum(values: Iterable<number>, { target, slack, limit }: CusumOptions): CusumState[] {
  const states: CusumState[] = [];
  let [high, low] = [0, 0];
  for (const value of values) {
    high = Math.max(0, high + value - target - slack);
    low = Math.max(0, low + target - slack - value);
    states.push({ high, low, signal: high > limit || low > limit });
  }
  return states;
}

export interface BernoulliCusumOptions {
  /** Failure share that is normal. Default 0.005. */
  readonly normal?: number;
  /** Failure share to detect. Default 0.05. */
  readonly faulty?: number;
  /** Decision limit on the log likelihood ratio. Default 8. */
  readonly limit?: number;
}

/** Live detection of a raised failure share (Reynolds and Stoumbos 1999). */
export interface BernoulliCusum {
  /** Evidence so far; back to 0 whenever normality explains it better. */
  readonly evidence: number;
  /** Takes one outcome; true once the limit is reached. */
  add(failed: boolean): boolean;
  reset(): void;
}

/** @throws {RangeError} unless 0 < normal < faulty < 1. */
export function bernoulliCusum(options: BernoulliCusumOptions = {}): BernoulliCusum {
  const { normal = 0.005, faulty = 0.05, limit = 8 } = options;
  if (!(normal > 0 && normal < faulty && faulty < 1)) {
    throw new RangeError(`expected 0 < normal < faulty < 1, got ${normal} and ${faulty}`);
  }
  const onFailure = Math.log(faulty / normal);
  const onSuccess = Math.log((1 - faulty) / (1 - normal));
  let evidence = 0;
  return {
    get evidence() {
      return evidence;
    },
    add(failed) {
      evidence = Math.max(0, evidence + (failed ? onFailure : onSuccess));
      return evidence >= limit;
    },
    reset() {
      evidence = 0;
    },
  };
}
