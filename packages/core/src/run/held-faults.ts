import { ChaosError, messageOf } from '../errors.ts';
import type { FaultState, RevertCause } from '../fault/life.ts';
import type { JsonObject } from '../json.ts';
import type { FaultRequest, HeldFault, InjectOptions } from './fault-port.ts';
import { type FaultRecord, rejectedFault } from './fault-record.ts';
import type { RunHost } from './run-host.ts';

/** A fault of this run, what asked for it, and what became of it. */
type Entry =
  | { readonly kind: 'held'; readonly step: string; readonly params: JsonObject; readonly held: HeldFault }
  | { readonly kind: 'rejected'; readonly record: FaultRecord };

/** The faults of one run, in the order they were asked for. Reverted newest first, going on past failures. */
export class HeldFaults {
  readonly #host: Pick<RunHost, 'faults' | 'clock' | 'log' | 'abortGrace'>;
  readonly #entries: Entry[] = [];

  constructor(host: Pick<RunHost, 'faults' | 'clock' | 'log' | 'abortGrace'>) {
    this.#host = host;
  }

  /** Injects and remembers. Rejects with what the port rejected with, once that is on record. */
  async inject(step: string, request: FaultRequest, options: InjectOptions): Promise<HeldFault> {
    const requestedAt = this.#host.clock.now();
    const injecting = this.#host.faults.inject(request, options);
    try {
      const held = await this.#bounded(injecting, options.signal);
      this.#entries.push({ kind: 'held', step, params: request.params, held });
      return held;
    } catch (error) {
      const { type, target, params } = request;
      const record = rejectedFault({ step, type, target, params }, requestedAt, error);
      this.#entries.push({ kind: 'rejected', record });
      throw error;
    }
  }

  /** Everything that is held, newest first. Resolves when every reversal has ended, well or not. */
  async revertAll(cause: RevertCause): Promise<void> {
    for (const held of this.#held().toReversed()) {
      if (!held.momentary) await this.#attempt(held, () => held.revert(cause));
    }
  }

  /** Puts back what momentary faults ended and nobody else brought back, newest first. */
  async restoreAll(): Promise<void> {
    for (const held of this.#held().toReversed()) {
      if (held.momentary) await this.#attempt(held, () => held.restore());
    }
  }

  records(): FaultRecord[] {
    return this.#entries.map((entry): FaultRecord => {
      if (entry.kind === 'rejected') return entry.record;
      const { id, type, target, momentary, state, facts } = entry.held;
      return { outcome: 'injected', step: entry.step, id, type, target, params: entry.params, momentary, state, facts };
    });
  }

  /** The last time a held fault was seen gone, or a momentary one was seen in effect; undefined without either. */
  endedAt(): number | undefined {
    const times = this.#held().map(({ momentary, facts }) => (momentary ? facts.effectiveAt : facts.removedAt));
    const known = times.filter((at) => at !== null);
    return known.length === 0 ? undefined : Math.max(...known);
  }

  /** When the first injector was asked. */
  firstRequest(): number | undefined {
    const times = this.#held()
      .map(({ facts }) => facts.requestedAt)
      .filter((at) => at !== null);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  #held(): HeldFault[] {
    return this.#entries.flatMap((entry) => (entry.kind === 'held' ? [entry.held] : []));
  }

  async #attempt(held: HeldFault, act: () => Promise<FaultState>): Promise<void> {
    try {
      await act();
    } catch (error) {
      // The state of the fault stays unsettled, which is what the verdict looks at.
      this.#host.log.error({ fault: held.id, error: messageOf(error) }, 'a fault could not be put back');
    }
  }

  /** An injection that ignores the abort is given up after a while, and reverted should it ever end. */
  async #bounded(injecting: Promise<HeldFault>, signal: AbortSignal): Promise<HeldFault> {
    const { clock, abortGrace } = this.#host;
    const givenUp = Promise.withResolvers<never>();
    let timer: Disposable | undefined;
    const onAbort = (): void => {
      timer = clock.timer(abortGrace, () => givenUp.reject(endless(abortGrace)));
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([injecting, givenUp.promise]);
    } catch (error) {
      void injecting
        .then((late) => this.#attempt(late, () => late.revert('run-aborted')))
        .catch(() => {
          // The rejection is the one being thrown, or came after the injection was given up and left nothing behind.
        });
      throw error;
    } finally {
      timer?.[Symbol.dispose]();
      signal.removeEventListener('abort', onAbort);
    }
  }
}

function endless(grace: number): ChaosError {
  const message = `the injection was expected to end within ${grace} ms of the abort and is still going on`;
  return new ChaosError('CHAOS_FAULT_LEAKED', message);
}
