import type { Clock } from '../clock.ts';
import type { Emit, RunPhase } from '../event/chaos-events.ts';
import type { PhaseSpan } from './evidence.ts';

/** The phases a run went through, one after the other. */
export class PhaseLog {
  readonly #spans: PhaseSpan[] = [];
  readonly #clock: Clock;
  readonly #emit: Emit;
  readonly #runId: string;

  constructor(clock: Clock, emit: Emit, runId: string) {
    this.#clock = clock;
    this.#emit = emit;
    this.#runId = runId;
  }

  enter(phase: RunPhase): void {
    this.#emit('run:phase', { phase }, this.#runId);
    this.#spans.push({ phase, from: this.#clock.now(), to: Infinity });
  }

  /** Every phase with its end; the current one ends now. */
  spans(): PhaseSpan[] {
    return this.#spans.map((span, index) => ({ ...span, to: this.#spans[index + 1]?.from ?? this.#clock.now() }));
  }
}
