import { type Clock, type DurationInput, freshSeed, milliseconds, seededRandom, systemClock } from '@bridge/chaos-core';
import type * as z from 'zod';
import { isHit, type When, when as whenSchema } from '../request/when.ts';

/** One call of what was wrapped. */
export interface CallContext {
  /** Name of the method of a wrapped client; empty for a wrapped function. */
  readonly method: string;
  readonly args: readonly unknown[];
}

/** What a call suffers. */
export type WrapFault =
  /** Waits, then does its work. */
  | { readonly latency: DurationInput }
  /** Rejects with this error; the work is not done. */
  | { readonly error: (context: CallContext) => unknown }
  /** Resolves with this; the work is not done. */
  | { readonly result: (context: CallContext) => unknown }
  /** Runs this, then does its work: restart a container, clear a cache. */
  | { readonly behavior: (context: CallContext) => unknown };

export interface WrapOptions {
  readonly fault: WrapFault;
  /** Which of the enabled calls; as for faults. Default `always`. */
  readonly when?: z.input<typeof whenSchema>;
  /** Probability of each call that `when` lets through. Default 1. */
  readonly perCall?: number;
  /** Whether this call may be hit. Default: only with `CHAOS_ENABLED=true` in the environment. */
  readonly enabled?: (context: CallContext) => boolean;
  readonly onInjected?: (context: CallContext) => void;
  /** Default: a fresh one. */
  readonly seed?: number;
  readonly clock?: Clock;
}

type Asynchronous<T> = T extends (...args: infer Args) => infer Result
  ? (...args: Args) => Promise<Awaited<Result>>
  : T;

/** What is wrapped, with every call asynchronous. */
export type Wrapped<T> = T extends (...args: never[]) => unknown
  ? Asynchronous<T>
  : { [Key in keyof T]: Asynchronous<T[Key]> };

type Callable = (...args: never[]) => unknown;

/**
 * Wraps a function, or every method of a client, so that calls can be made to fail. For code and tests that have no
 * engine, below retries and breakers: `retry.execute(() => wrapped(order))`. Nothing is recorded, leased or guarded;
 * what an operator may switch on belongs into a failpoint.
 *
 * @throws ZodError when `when` or `latency` is not what it should be.
 */
export function wrap<T extends object>(subject: T, options: WrapOptions): Wrapped<T>;
export function wrap(subject: object, options: WrapOptions): object {
  const policy = new WrapPolicy(options);
  if (isCallable(subject)) {
    return new Proxy(subject, { apply: (own, self, args) => policy.call(own, self, { method: '', args }) });
  }
  const methods = new WeakMap<Callable, Callable>();
  return new Proxy(subject, {
    get(client, key) {
      const member: unknown = Reflect.get(client, key);
      if (!isCallable(member)) return member;
      const known = methods.get(member);
      if (known !== undefined) return known;
      const method = String(key);
      // Called on the client itself: private members know no proxy.
      const wrapped = (...args: never[]): unknown => policy.call(member, client, { method, args });
      methods.set(member, wrapped);
      return wrapped;
    },
  });
}

function isCallable(value: unknown): value is Callable {
  return typeof value === 'function';
}

function fromEnvironment(): boolean {
  return process.env['CHAOS_ENABLED'] === 'true';
}

class WrapPolicy {
  readonly #options: WrapOptions;
  readonly #when: When;
  readonly #latency: number;
  readonly #random;
  #eligible = 0;

  constructor(options: WrapOptions) {
    this.#options = options;
    this.#when = whenSchema.parse(options.when ?? 'always');
    this.#latency = 'latency' in options.fault ? milliseconds(options.fault.latency) : 0;
    this.#random = seededRandom(options.seed ?? freshSeed());
  }

  async call(own: Callable, self: unknown, context: CallContext): Promise<unknown> {
    const { fault, onInjected, clock = systemClock } = this.#options;
    const goOn = (): unknown => Reflect.apply(own, self, context.args);
    if (!this.#isHit(context)) return await goOn();
    onInjected?.(context);
    if ('error' in fault) throw fault.error(context);
    if ('result' in fault) return await fault.result(context);
    if ('behavior' in fault) await fault.behavior(context);
    else await clock.sleep(this.#latency);
    return await goOn();
  }

  #isHit(context: CallContext): boolean {
    const { enabled = fromEnvironment, perCall = 1 } = this.#options;
    if (!enabled(context)) return false;
    this.#eligible += 1;
    return isHit(this.#when, this.#eligible) && (perCall === 1 || this.#random.next() < perCall);
  }
}
