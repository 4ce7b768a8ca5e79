import type { Clock } from '../clock.ts';
import type { Emit } from '../event/chaos-events.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { healthScore } from './health-score.ts';
import type { Sampling } from './sampling.ts';

const SECOND = 1_000;
/** Milliseconds of checks that the live score is made of. */
export const HEALTH_WINDOW = 5_000;

/** Tells the health score of a run once a second until disposed. */
export class HealthMeter implements Disposable {
  readonly #clock: Clock;
  readonly #emit: Emit;
  readonly #runId: string;
  readonly #steadyState: Experiment['steadyState'];
  readonly #sampling: Pick<Sampling, 'endedSince'>;
  #timer: Disposable | undefined;

  constructor(
    { clock, emit, runId }: { readonly clock: Clock; readonly emit: Emit; readonly runId: string },
    steadyState: Experiment['steadyState'],
    sampling: Pick<Sampling, 'endedSince'>,
  ) {
    this.#clock = clock;
    this.#emit = emit;
    this.#runId = runId;
    this.#steadyState = steadyState;
    this.#sampling = sampling;
    if (steadyState.probes.length > 0) this.#schedule();
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
  }

  #schedule(): void {
    this.#timer = this.#clock.timer(SECOND, () => {
      const from = this.#clock.now() - HEALTH_WINDOW;
      const { score, components } = healthScore(this.#steadyState, (probe) => this.#sampling.endedSince(probe, from));
      const told = components.map((component) => ({ ...component }));
      this.#emit('health:second', { score, components: told }, this.#runId);
      this.#schedule();
    });
  }
}
