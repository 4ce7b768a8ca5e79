import { EventEmitter } from 'eventemitter3';
import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { AnyChaosEvent, ChaosEvent, ChaosEventType } from './chaos-events.ts';

/** `'*'` = every event. */
export type EventPattern = ChaosEventType | '*';

/** Gets the whole event. What it returns is not waited for; a promise that rejects is logged. */
export type EventListener<Pattern extends EventPattern> = (
  event: Pattern extends ChaosEventType ? ChaosEvent<Pattern> : AnyChaosEvent,
) => unknown;

/** A listener that keeps the thread longer than this many milliseconds is named in the log. */
const SLOW = 100;
/** After this many, a listener's failures are counted but not logged. */
const LOGGED_FAILURES = 10;
/** Events that listeners cause by being called, and so on: delivered this deep, beyond that only recorded. */
const DEEPEST = 4;

interface Delivery {
  readonly event: AnyChaosEvent;
  readonly depth: number;
}

/**
 * Delivers events to listeners, each shielded from the others and the caller from all of them: throwing, rejecting and
 * being slow end up in the log. Events are delivered in the order they were emitted, also when a listener emits.
 */
export class ShieldedEmitter {
  readonly #emitter = new EventEmitter();
  readonly #shielded = new WeakMap<object, (event: AnyChaosEvent) => void>();
  readonly #waiting: Delivery[] = [];
  #depth = 0;
  readonly #clock: Clock;
  readonly #log: Logger;

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock;
    this.#log = log;
  }

  on<Pattern extends EventPattern>(pattern: Pattern, listener: EventListener<Pattern>): void {
    this.#emitter.on(pattern, this.#shield(listener));
  }

  once<Pattern extends EventPattern>(pattern: Pattern, listener: EventListener<Pattern>): void {
    this.#emitter.once(pattern, this.#shield(listener));
  }

  /** Removes every registration of this listener for this pattern. */
  off<Pattern extends EventPattern>(pattern: Pattern, listener: EventListener<Pattern>): void {
    this.#emitter.off(pattern, this.#shield(listener));
  }

  emit(event: AnyChaosEvent): void {
    if (this.#depth >= DEEPEST) {
      this.#log.error(
        { event: event.type },
        'listeners answer events with events without end; this one is not delivered',
      );
      return;
    }
    this.#waiting.push({ event, depth: this.#depth + 1 });
    if (this.#depth === 0) this.#deliver();
  }

  #deliver(): void {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      this.#depth = next.depth;
      this.#emitter.emit(next.event.type, next.event);
      this.#emitter.emit('*', next.event);
    }
    this.#depth = 0;
  }

  /** One shield per listener, so that `off` finds it again. */
  #shield(listener: (event: never) => unknown): (event: AnyChaosEvent) => void {
    const known = this.#shielded.get(listener);
    if (known !== undefined) return known;
    const failed = this.#failureLog();
    const shield = (event: AnyChaosEvent): void => {
      const begin = this.#clock.now();
      try {
        // The emitter delivers by type name, which the compiler cannot follow.
        const answer: unknown = Reflect.apply(listener, undefined, [event]);
        if (isThenable(answer)) Promise.resolve(answer).catch((thrown: unknown) => failed(event, thrown));
      } catch (thrown) {
        failed(event, thrown);
      }
      const took = this.#clock.now() - begin;
      if (took > SLOW) this.#log.warn({ event: event.type, took }, 'a listener blocked the event loop');
    };
    this.#shielded.set(listener, shield);
    return shield;
  }

  #failureLog(): (event: AnyChaosEvent, thrown: unknown) => void {
    let failures = 0;
    return (event, thrown) => {
      failures += 1;
      if (failures > LOGGED_FAILURES) return;
      const last = failures === LOGGED_FAILURES ? '; further failures of this listener are not logged' : '';
      this.#log.error({ event: event.type, error: messageOf(thrown) }, `a listener failed${last}`);
    };
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
