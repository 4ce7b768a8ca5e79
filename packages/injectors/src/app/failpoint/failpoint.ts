import type { ZodType } from 'zod';
import type { FailpointAction } from './action.ts';
import type { Arming, HitFacts } from './arming.ts';
import { declareFailpoint } from './registry.ts';

export interface FailpointOptions<Value> {
  /** What the caller may be made to return instead of doing its work. Without it only errors and delays are possible. */
  readonly returns?: ZodType<Value>;
  /** Errors it can be made to throw, by the name a fault uses. */
  readonly errors?: Readonly<Record<string, () => Error>>;
  /** For lists. */
  readonly description?: string;
}

/** What the caller returns instead of doing its work. */
export interface Instead<Value> {
  readonly value: Value;
}

/**
 * A named place in the host's code that can be made to fail. Declare it once, at the top of a module:
 *
 * ```ts
 * const saveOrder = failpoint('orders.save', { returns: orderSchema, errors: { conflict: () => new ConflictError() } });
 *
 * async function save(order: Order) {
 *   if (saveOrder.armed) {
 *     const instead = await saveOrder.hit({ customer: order.customer });
 *     if (instead !== undefined) return instead.value;
 *   }
 *   …
 * }
 * ```
 *
 * Disarmed, it costs the look at one boolean. Two declarations of one name are armed together.
 */
export function failpoint<Value = never>(name: string, options: FailpointOptions<Value> = {}): Failpoint<Value> {
  const made = new Failpoint(name, options);
  declareFailpoint(made);
  return made;
}

export class Failpoint<Value = unknown> {
  readonly name: string;
  readonly description: string;
  /** Whether a fault is on it now. Look before you hit: this is all that it costs otherwise. */
  armed = false;
  readonly #options: FailpointOptions<Value>;
  #armings: readonly Arming[] = [];

  constructor(name: string, options: FailpointOptions<Value>) {
    this.name = name;
    this.description = options.description ?? '';
    this.#options = options;
  }

  /**
   * Suffers what the fault says: throws, waits, or resolves with what to return instead of doing the work. Undefined =
   * go on as usual. The first of several faults that hits decides.
   */
  async hit(facts: HitFacts = {}): Promise<Instead<Value> | undefined> {
    for (const arming of this.#armings) {
      const action = arming.decide(facts);
      if (action === undefined) continue;
      if (action.kind !== 'delay' && action.kind !== 'pause') return this.#outcome(action);
      return await arming.wait(action).then(() => undefined);
    }
    return undefined;
  }

  /** {@link hit} for code that cannot wait. A delay blocks the thread. */
  hitSync(facts: HitFacts = {}): Instead<Value> | undefined {
    for (const arming of this.#armings) {
      const action = arming.decide(facts);
      if (action === undefined) continue;
      if (action.kind !== 'delay' && action.kind !== 'pause') return this.#outcome(action);
      arming.block(action);
      return undefined;
    }
    return undefined;
  }

  /** Why it cannot do this, or undefined. */
  objection(action: FailpointAction): string | undefined {
    const { returns, errors = {} } = this.#options;
    if (action.kind === 'throw' && action.error !== undefined && !Object.hasOwn(errors, action.error)) {
      const known = Object.keys(errors);
      const list = known.length === 0 ? 'it declares none' : `there are ${known.join(', ')}`;
      return `expected an error that ${this.name} declares, got ${JSON.stringify(action.error)}; ${list}`;
    }
    if (action.kind !== 'return') return undefined;
    if (returns === undefined) return `${this.name} declares no value that it may return`;
    const { error } = returns.safeParse(action.value);
    return error === undefined ? undefined : `expected a value that ${this.name} may return: ${error.message}`;
  }

  /** For the fault that arms it. Dispose to disarm. */
  arm(arming: Arming): Disposable {
    this.#armings = [...this.#armings, arming];
    this.armed = true;
    return {
      [Symbol.dispose]: () => {
        this.#armings = this.#armings.filter((other) => other !== arming);
        this.armed = this.#armings.length > 0;
        arming.end();
      },
    };
  }

  #outcome(action: Extract<FailpointAction, { kind: 'throw' | 'return' }>): Instead<Value> | undefined {
    const { returns, errors = {} } = this.#options;
    if (action.kind === 'return') return returns === undefined ? undefined : { value: returns.parse(action.value) };
    const make = action.error === undefined ? undefined : errors[action.error];
    if (make !== undefined) throw make();
    throw Object.assign(new Error(action.message), action.code === undefined ? {} : { code: action.code });
  }
}
