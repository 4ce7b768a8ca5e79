import { ChaosError } from '../errors.ts';
import type { Observation } from '../fault/injector.ts';
import type { FaultState } from '../fault/life.ts';
import type { LiveFault } from '../fault/live-fault.ts';
import type { Target } from '../target/target.ts';

/** One live fault, alive as long as its scope: `await using fault = await engine.inject(…)`. */
export class FaultHandle implements AsyncDisposable {
  readonly #live: LiveFault;

  constructor(live: LiveFault) {
    this.#live = live;
  }

  get id(): string {
    return this.#live.id;
  }

  get type(): string {
    return this.#live.type;
  }

  get target(): Target {
    return this.#live.target;
  }

  /** As of now. */
  get state(): FaultState {
    return this.#live.state;
  }

  /** Looks at the world now, from outside the injector's own call. */
  observe(): Promise<Observation> {
    return this.#live.observe();
  }

  /**
   * Undoes the fault and proves it; for a momentary fault puts back what it ended unless somebody else did. Idempotent.
   * Throws `CHAOS_FAULT_LEAKED` when that cannot be proven; it is retried in the background.
   */
  revert(): Promise<FaultState> {
    return this.#end('requested');
  }

  /** {@link revert} at the end of the scope. An error of the body is kept (SuppressedError). */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end('scope-end');
  }

  async #end(cause: 'requested' | 'scope-end'): Promise<FaultState> {
    const state = await this.#live.end(cause);
    if (state.phase !== 'leaked') return state;
    throw new ChaosError(
      'CHAOS_FAULT_LEAKED',
      `${this.type} on ${this.target.name} could not be proven undone: ${state.reason}. It is retried; look at the target.`,
      { details: { fault: this.id } },
    );
  }
}
