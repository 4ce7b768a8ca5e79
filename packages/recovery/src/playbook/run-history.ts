import type { Outcome } from './severity.ts';

interface PastRun {
  readonly outcome: Outcome;
  /** Wall clock, milliseconds: it outlives the process. */
  readonly at: number;
}

/** Outcomes that count toward escalation: nothing became good. */
const UNHELPFUL: readonly Outcome[] = ['ineffective', 'inconclusive', 'worsened', 'aborted'];

/** How runs ended, by fingerprint. */
export class RunHistory {
  readonly #runs = new Map<string, PastRun[]>();
  readonly #blocked = new Set<string>();

  ended(print: string, run: PastRun): void {
    this.#runs.set(print, [...(this.#runs.get(print) ?? []), run].slice(-100));
  }

  /** Milliseconds since the last run ended. */
  sinceLast(print: string, wall: number): number {
    const last = this.#runs.get(print)?.at(-1);
    return last === undefined ? Number.POSITIVE_INFINITY : wall - last.at;
  }

  /** How many runs of the last `per` milliseconds did not help. One that did does not take them back. */
  unhelpful(print: string, wall: number, per: number): number {
    return (this.#runs.get(print) ?? []).filter(({ outcome, at }) => wall - at < per && UNHELPFUL.includes(outcome))
      .length;
  }

  block(print: string): void {
    this.#blocked.add(print);
  }

  unblock(print: string): void {
    this.#blocked.delete(print);
    this.#runs.delete(print);
  }

  isBlocked(print: string): boolean {
    return this.#blocked.has(print);
  }
}
