/** How often a group may be hit. Milliseconds. */
export interface PaceLimits {
  /** Least time between the starts of two deeds on one group. */
  readonly minTimeBetween: number;
  /** Time between two deeds of one group on average, counted in ticks that may be used. Undefined: not limited so. */
  readonly meanTimeBetween: number | undefined;
}

/** When each group was last hit. */
export class Pace {
  readonly #limits: PaceLimits;
  readonly #last = new Map<string, number>();

  constructor(limits: PaceLimits) {
    this.#limits = limits;
  }

  /** The groups were hit at this instant. */
  note(groups: readonly string[], at: number): void {
    for (const group of groups) this.#last.set(group, Math.max(at, this.#last.get(group) ?? at));
    this.#forget(at);
  }

  /** Why none of these may be hit at this instant: one of them was hit too short ago. */
  tooSoon(groups: readonly string[], at: number): string | undefined {
    for (const group of groups) {
      const last = this.#last.get(group);
      if (last === undefined || at - last >= this.#limits.minTimeBetween) continue;
      return `${group} was hit ${at - last} ms ago, minTimeBetween is ${this.#limits.minTimeBetween} ms`;
    }
    return undefined;
  }

  /**
   * The chance of a group at a tick, such that the time between two hits is `meanTimeBetween` on average. Ticks are
   * `spacing` apart; the first one that `minTimeBetween` allows is the k-th after a hit, and the number of ticks until
   * the coin falls right is geometric: mean = (k + (1 - p) / p) × spacing.
   */
  chance(spacing: number): number {
    const { minTimeBetween, meanTimeBetween } = this.#limits;
    if (meanTimeBetween === undefined) return 1;
    const barred = Math.max(1, Math.ceil(minTimeBetween / spacing));
    return 1 / Math.max(1, 1 + meanTimeBetween / spacing - barred);
  }

  #forget(now: number): void {
    for (const [group, at] of this.#last) if (now - at >= this.#limits.minTimeBetween) this.#last.delete(group);
  }
}
