import type { Clock } from '../clock.ts';
import type { SafetyStop } from '../guard/safety-stop.ts';
import type { HostUsage } from '../run/host-usage.ts';
import { hostViolation, type Violation } from '../run/stop-condition.ts';
import { UsageWindow } from '../run/usage-window.ts';

export interface HostWatchOptions {
  readonly clock: Clock;
  readonly usage: HostUsage;
  readonly stopWhen: readonly SafetyStop[];
  /** Milliseconds between looks. */
  readonly checkInterval: number;
  readonly onViolation: (violation: Violation) => void;
}

/**
 * Looks at the limits of `safety.stopWhen` on CPU and memory of the host while faults live. Runs look for themselves, to
 * end with a verdict; this is for faults that nobody but their holder would end.
 */
export class HostWatch {
  readonly #options: HostWatchOptions;
  readonly #limits: readonly SafetyStop[];
  #watching: { readonly window: UsageWindow; timer: Disposable } | undefined;

  constructor(options: HostWatchOptions) {
    this.#options = options;
    this.#limits = options.stopWhen.filter(
      ({ cpuAbove, memoryAbove }) => cpuAbove !== undefined || memoryAbove !== undefined,
    );
  }

  start(): void {
    if (this.#limits.length === 0 || this.#watching !== undefined) return;
    const window = new UsageWindow(this.#options.usage, Math.max(...this.#limits.map(({ over }) => over)));
    // The first reading is what the next one counts from.
    window.read(this.#options.clock.now());
    this.#watching = { window, timer: this.#next() };
  }

  stop(): void {
    this.#watching?.timer[Symbol.dispose]();
    this.#watching = undefined;
  }

  #next(): Disposable {
    const { clock, checkInterval } = this.#options;
    return clock.timer(checkInterval, () => this.#look(), { ref: false });
  }

  #look(): void {
    if (this.#watching === undefined) return;
    const { clock, onViolation } = this.#options;
    const { window } = this.#watching;
    const now = clock.now();
    window.read(now);
    this.#watching.timer = this.#next();
    const usage = (what: 'cpu' | 'memory', from: number): number | null => window.mean(what, from);
    const [first] = this.#limits.flatMap((limit) => hostViolation(limit, { now, usage }) ?? []);
    if (first !== undefined) onViolation(first);
  }
}
