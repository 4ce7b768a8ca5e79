export interface BreakerRule {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** Milliseconds until one attempt is let through again. */
  readonly openFor: number;
}

/** Per action: closed, open after some failures in a row, half open after a while: then one attempt decides. */
export class CircuitBreaker {
  readonly #rule: BreakerRule;
  readonly #states = new Map<string, { failures: number; openedAt: number | undefined }>();

  constructor(rule: BreakerRule) {
    this.#rule = rule;
  }

  /** Whether the action may be tried now. While half open only the first who asks may. */
  admits(action: string, now: number): boolean {
    const state = this.#states.get(action);
    if (state?.openedAt === undefined) return true;
    if (now - state.openedAt < this.#rule.openFor) return false;
    state.openedAt = now;
    return true;
  }

  succeeded(action: string): void {
    this.#states.delete(action);
  }

  failed(action: string, now: number): void {
    const state = this.#states.get(action) ?? { failures: 0, openedAt: undefined };
    state.failures += 1;
    if (state.failures >= this.#rule.failures) state.openedAt = now;
    this.#states.set(action, state);
  }
}
