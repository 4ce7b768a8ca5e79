import type { Clock } from '../clock.ts';
import type { AnyChaosEvent } from '../event/chaos-events.ts';
import type { EventHub } from '../event/event-hub.ts';
import type { JsonObject } from '../json.ts';

/** Something the host's detector, healer or tracker told. Monotonic ms. */
export interface HeardSignal {
  readonly event: string;
  readonly kind: 'trigger' | 'playbook' | 'task';
  readonly name: string;
  readonly data: JsonObject;
  readonly at: number;
}

/** A fault's own events, for evidence. */
export interface HeardFault {
  readonly event: string;
  readonly type: 'fault:effective' | 'fault:reverted' | 'fault:gone' | 'fault:leaked';
  readonly fault: string;
  readonly what: string;
  readonly at: number;
}

/** A probe turned healthy or not. */
export interface HeardProbe {
  readonly event: string;
  readonly probe: string;
  readonly health: string;
  readonly at: number;
}

/** More than any card expects: a detector that fires without end must not fill the memory. */
const MOST_SIGNALS = 2_000;

/** Writes down what an engine tells during one drill. Dispose it when the drill is over. */
export class DrillLog implements Disposable {
  readonly signals: HeardSignal[] = [];
  readonly faults: HeardFault[] = [];
  readonly probes: HeardProbe[] = [];
  /** Faults of others that were there at some time during the drill. */
  readonly foreign = new Set<string>();
  readonly #clock: Clock;
  readonly #listening: Disposable;
  readonly #wakes = new Set<() => void>();
  #run: string | undefined;
  #begun = false;

  /** `live`: faults that are there already. */
  constructor(hub: EventHub, clock: Clock, live: readonly string[]) {
    this.#clock = clock;
    for (const fault of live) this.foreign.add(fault);
    this.#listening = hub.on('*', (event) => this.#hear(event));
  }

  /** Events of this run are the drill's own from now on. Call it as soon as the run began. */
  follow(run: string): void {
    this.#run = run;
  }

  /** Resolves when `done` says so, which is asked at every signal, or at `until` (monotonic ms). */
  async wait(done: () => boolean, until: number, signal: AbortSignal): Promise<void> {
    while (!done() && this.#clock.now() < until && !signal.aborted) await this.#next(until, signal);
  }

  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]();
  }

  #next(until: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#wakes.delete(wake);
        timer[Symbol.dispose]();
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = this.#clock.timer(Math.max(0, until - this.#clock.now()), wake);
      this.#wakes.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  #hear(event: AnyChaosEvent): void {
    switch (event.type) {
      case 'host:signal':
        if (this.signals.length < MOST_SIGNALS) {
          this.signals.push({ ...event.data, event: event.id, at: event.monotonic });
        }
        for (const wake of [...this.#wakes]) wake();
        break;
      case 'fault:intended':
        if (event.runId === undefined || event.runId !== this.#run) this.foreign.add(event.data.fault.id);
        else this.#begin();
        break;
      case 'fault:effective':
      case 'fault:reverted':
      case 'fault:gone':
      case 'fault:leaked':
        this.#hearFault(event);
        break;
      case 'probe:changed':
        if (event.runId === this.#run) {
          const { probe, health } = event.data;
          this.probes.push({ event: event.id, probe, health, at: event.monotonic });
        }
        break;
      default:
    }
  }

  /** What was told before anything was asked for counts for nothing, however much it was. */
  #begin(): void {
    if (!this.#begun) this.signals.length = 0;
    this.#begun = true;
  }

  #hearFault(event: Extract<AnyChaosEvent, { type: HeardFault['type'] }>): void {
    if (event.runId !== this.#run) return;
    const { id, type, target } = event.data.fault;
    const what = `${event.type} ${type} on ${target.name}`;
    this.faults.push({ event: event.id, type: event.type, fault: id, what, at: event.monotonic });
  }
}
