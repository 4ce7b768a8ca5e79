import { ChaosError } from '@bridge/chaos-core';
import type * as z from 'zod';
import type { Action } from './action.ts';

/** Actions by name. */
export class ActionRegistry {
  readonly #actions = new Map<string, Action>();

  /** Later ones take the place of earlier ones of the same name. */
  constructor(actions: Iterable<Action>) {
    for (const action of actions) this.#actions.set(action.name, action);
  }

  get names(): readonly string[] {
    return [...this.#actions.keys()];
  }

  has(name: string): boolean {
    return this.#actions.has(name);
  }

  /** Throws `CHAOS_ACTION_UNKNOWN` naming those there are. */
  get(name: string): Action {
    const action = this.#actions.get(name);
    if (action !== undefined) return action;
    const message = `expected one of ${this.names.join(', ')}; got ${JSON.stringify(name)}`;
    throw new ChaosError('CHAOS_ACTION_UNKNOWN', message);
  }
}

/** The options as the action takes them. Throws `CHAOS_ACTION_INVALID` naming the path. */
export function parseOptions(action: Action, input: unknown): z.output<Action['options']> {
  const parsed = action.options.safeParse(input);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(({ path, message }) => `${['with', ...path].join('.')}: ${message}`);
  throw new ChaosError('CHAOS_ACTION_INVALID', `${action.name} ${lines.join('; ')}`);
}
