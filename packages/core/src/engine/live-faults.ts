import type { Clock } from '../clock.ts';
import { ChaosError } from '../errors.ts';
import { eachNewestFirst } from '../fault/by-target.ts';
import type { RevertCause } from '../fault/life.ts';
import type { LiveFault } from '../fault/live-fault.ts';
import type { ActiveFault, RecentInjection } from '../guard/guard.ts';
import type { InjectionMemory } from './injection-memory.ts';

export interface LiveFaultsOptions {
  readonly clock: Clock;
  readonly memory: InjectionMemory;
  /** The first fault came alive, or the last one ended. */
  readonly onOccupied: (occupied: boolean) => void;
}

interface Standing {
  readonly live: LiveFault;
  readonly touches: readonly string[];
  readonly since: number;
}

/** Waits before a leaked fault is tried again: doubling, ms. */
const FIRST_RETRY = 1_000;
const LAST_RETRY = 30_000;

/** The faults of one engine that are not over, in the order they came. */
export class LiveFaults {
  readonly #options: LiveFaultsOptions;
  readonly #standing = new Map<string, Standing>();
  readonly #retries = new Map<string, Disposable>();

  constructor(options: LiveFaultsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#standing.size;
  }

  get all(): readonly LiveFault[] {
    return [...this.#standing.values()].map(({ live }) => live);
  }

  get active(): readonly ActiveFault[] {
    return [...this.#standing.values()].map(({ live: { id, type, target }, since }) => ({ id, type, target, since }));
  }

  get recent(): readonly RecentInjection[] {
    return this.#options.memory.recent;
  }

  find(id: string): LiveFault | undefined {
    return this.#standing.get(id)?.live;
  }

  /** Throws `CHAOS_FAULT_OVERLAP` when a live fault touches the same thing: nothing is ever undone in the wrong order. */
  admit(live: LiveFault, touches: readonly string[]): void {
    for (const other of this.#standing.values()) {
      const shared = touches.find((resource) => other.touches.includes(resource));
      if (shared === undefined) continue;
      throw new ChaosError(
        'CHAOS_FAULT_OVERLAP',
        `${live.type} on ${live.target.name}: expected ${shared} to be free, but ${other.live.type} (${other.live.id}) touches it. ` +
          'Revert that fault first, or put both into one experiment one after the other.',
        { details: { resource: shared, fault: other.live.id } },
      );
    }
    const since = this.#options.clock.now();
    this.#standing.set(live.id, { live, touches, since });
    this.#options.memory.note({ type: live.type, target: live.target, at: since });
    if (this.#standing.size === 1) this.#options.onOccupied(true);
  }

  dismiss(live: LiveFault): void {
    this.#retries.get(live.id)?.[Symbol.dispose]();
    this.#retries.delete(live.id);
    if (this.#standing.delete(live.id) && this.#standing.size === 0) this.#options.onOccupied(false);
  }

  /** Tries a leaked fault again and again, until it is clean. */
  retry(live: LiveFault, pause = FIRST_RETRY): void {
    if (this.#retries.has(live.id)) return;
    const again = async (): Promise<void> => {
      this.#retries.delete(live.id);
      const state = await live.end('requested');
      // undo() itself asks for a retry when it leaks; only the longer pause is decided here.
      if (state.phase !== 'leaked') return;
      this.#retries.get(live.id)?.[Symbol.dispose]();
      this.#retries.delete(live.id);
      this.retry(live, Math.min(pause * 2, LAST_RETRY));
    };
    this.#retries.set(
      live.id,
      this.#options.clock.timer(pause, () => void again(), { ref: false }),
    );
  }

  /** Ends every fault (or those that were chosen): newest first per target, targets side by side. Goes on past failures. */
  async endAll(
    cause: RevertCause,
    isChosen: (live: LiveFault) => boolean = () => true,
  ): Promise<{ readonly ended: number; readonly leaked: readonly LiveFault[] }> {
    const chosen = this.all.filter(isChosen).reverse();
    const leaked: LiveFault[] = [];
    await eachNewestFirst(chosen, async (live) => {
      const state = await live.end(cause);
      if (state.phase === 'leaked') leaked.push(live);
    });
    return { ended: chosen.length - leaked.length, leaked };
  }

  /** Stops retrying; what is leaked stays in the journal. */
  [Symbol.dispose](): void {
    for (const timer of this.#retries.values()) timer[Symbol.dispose]();
    this.#retries.clear();
  }
}
