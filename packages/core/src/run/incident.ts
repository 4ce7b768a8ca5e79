/** One check on the time line. A check that could not look is neither `ok` nor `failed`. */
export interface Tick {
  /** Intended send time, monotonic ms. */
  readonly at: number;
  readonly ok: boolean;
  readonly failed: boolean;
}

export interface IncidentRule {
  /** An impact is `k` failures ... */
  readonly k: number;
  /** ... among the last `n` checks. */
  readonly n: number;
  /** Milliseconds it must be fine to count as recovered. */
  readonly hold: number;
  /** Least share of ok checks inside the hold, 0 to 1. */
  readonly ratio: number;
  /** A run of successes this long (ms) that ends in a failure before the hold is full is a flap. */
  readonly flapMin: number;
}

/** The part of the rule that is not the experiment's own. */
export type ImpactWindow = Pick<IncidentRule, 'k' | 'n' | 'flapMin'>;

/** From the first failure of the first bad window to the start of the first hold that was kept. */
export interface Incident {
  readonly onset: number;
  /** The check that made the window bad. */
  readonly confirmedBad: number;
  readonly flaps: number;
  /** Dated back to the start of the hold; null when no hold was full by the end of the trace. */
  readonly recovered: number | null;
  /** First check at or after the end of the hold. */
  readonly confirmed: number | null;
}

/** The default rule: 3 of the last 20, which finds partial outages that "3 in a row" misses. */
export const INCIDENT_RULE = { k: 3, n: 20, hold: 10_000, ratio: 0.99, flapMin: 2_000 } as const;

/** Every incident of a trace, oldest first. Ticks ascend in time. Linear but for a binary search per tick. */
export function incidents(ticks: readonly Tick[], rule: IncidentRule): Incident[] {
  const trace = new Trace(ticks, rule);
  const found: Incident[] = [];
  let from = 0;
  let index = 0;
  for (;;) {
    const bad = trace.firstBad(index, from);
    if (bad === undefined) return found;
    const start = trace.recovery(bad);
    found.push(trace.incident(bad, from, start));
    if (start === undefined) return found;
    from = start;
    index = trace.endOfHold(start) + 1;
  }
}

class Trace {
  readonly #ticks: readonly Tick[];
  readonly #rule: IncidentRule;
  readonly #failures: readonly number[];
  readonly #successes: readonly number[];
  /** Running count of the checks that end a full window of n with k failures. */
  readonly #badWindows: readonly number[];

  constructor(ticks: readonly Tick[], rule: IncidentRule) {
    this.#ticks = ticks;
    this.#rule = rule;
    this.#failures = runningCount(ticks.map((tick) => tick.failed));
    this.#successes = runningCount(ticks.map((tick) => tick.ok));
    this.#badWindows = runningCount(ticks.map((_, index) => index >= rule.n - 1 && this.#isBad(index, 0)));
  }

  /** First check from `index` on that makes a window bad; windows never reach back past `from`. */
  firstBad(index: number, from: number): number | undefined {
    for (let at = index; at < this.#ticks.length; at += 1) if (this.#isBad(at, from)) return at;
    return undefined;
  }

  /** Start of the first hold after `bad` that was kept to its end. */
  recovery(bad: number): number | undefined {
    for (let start = bad + 1; start < this.#ticks.length; start += 1) {
      if (this.#ticks[start]?.ok && this.#covers(start) && this.#isKept(start)) return start;
    }
    return undefined;
  }

  /** First check at or after the end of the hold that begins at `start`. */
  endOfHold(start: number): number {
    const end = this.#at(start) + this.#rule.hold;
    const last = this.#lastUntil(end);
    return this.#at(last) === end ? last : last + 1;
  }

  incident(bad: number, from: number, start: number | undefined): Incident {
    const windowStart = Math.max(from, bad - this.#rule.n + 1);
    const onset = this.#ticks.findIndex((tick, index) => index >= windowStart && tick.failed);
    return {
      onset: this.#at(onset),
      confirmedBad: this.#at(bad),
      flaps: this.#flaps(bad + 1, start ?? this.#ticks.length),
      recovered: start === undefined ? null : this.#at(start),
      confirmed: start === undefined ? null : this.#at(this.endOfHold(start)),
    };
  }

  #flaps(from: number, to: number): number {
    let flaps = 0;
    let since: number | undefined;
    for (const tick of this.#ticks.slice(from, to)) {
      if (tick.ok) since ??= tick.at;
      else {
        if (tick.failed && since !== undefined && tick.at - since >= this.#rule.flapMin) flaps += 1;
        since = undefined;
      }
    }
    return flaps;
  }

  #covers(start: number): boolean {
    return this.#at(this.#ticks.length - 1) >= this.#at(start) + this.#rule.hold;
  }

  #isKept(start: number): boolean {
    const end = this.#lastUntil(this.#at(start) + this.#rule.hold);
    const share = between(this.#successes, start, end) / (end - start + 1);
    return share >= this.#rule.ratio && !this.#holdsBadWindow(start, end);
  }

  #holdsBadWindow(start: number, end: number): boolean {
    const firstFull = start + this.#rule.n - 1;
    if (between(this.#failures, start, Math.min(firstFull, end)) >= this.#rule.k) return true;
    return firstFull <= end && between(this.#badWindows, firstFull, end) > 0;
  }

  #isBad(index: number, from: number): boolean {
    return between(this.#failures, Math.max(from, index - this.#rule.n + 1), index) >= this.#rule.k;
  }

  #lastUntil(time: number): number {
    let low = 0;
    let high = this.#ticks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#at(middle) <= time) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #at(index: number): number {
    return this.#ticks[index]?.at ?? Number.NaN;
  }
}

/** `counts[i]` = how many of the first `i` are true. */
function runningCount(flags: readonly boolean[]): number[] {
  const counts = [0];
  for (const flag of flags) counts.push((counts.at(-1) ?? 0) + Number(flag));
  return counts;
}

/** How many are counted from `first` to `last`, both included. */
function between(counts: readonly number[], first: number, last: number): number {
  return (counts[last + 1] ?? 0) - (counts[first] ?? 0);
}
