import { ChaosError, duration, type FaultHandle, messageOf } from '@bridge/chaos-core';
import type { BridgeProvider } from '../experiment/experiment.ts';
import type { ProviderContext } from '../provider/context.ts';
import { ActivityFailure } from '../python/crash.ts';
import { isEmpty, substitute } from '../python/template.ts';
import { isDict, numberOf, type PyDict, type PyValue, toJsonObject } from '../python/value.ts';
import type { FaultEngine, FaultRequest } from './options.ts';

/** The faults of this SDK that a file injected. None outlives the run: whatever the strategy, the end reverts them. */
export class FaultKeeper {
  readonly #engine: FaultEngine | undefined;
  readonly #held = new Map<string, FaultHandle>();

  #injected = 0;

  constructor(engine: FaultEngine | undefined) {
    this.#engine = engine;
  }

  /** How many were injected so far. */
  get injected(): number {
    return this.#injected;
  }

  /** Injects or reverts what the provider says. */
  async run(provider: BridgeProvider, { variables, signal }: ProviderContext): Promise<PyValue> {
    const given = isEmpty(variables) ? provider.arguments : substitute(provider.arguments, variables);
    const dict = isDict(given) ? given : {};
    try {
      return provider.func === 'inject' ? await this.#inject(dict, signal) : await this.#revert(dict);
    } catch (error) {
      if (error instanceof ChaosError) throw new ActivityFailure(messageOf(error));
      throw error;
    }
  }

  /** Reverts all, the newest first. Returns what could not be proven undone. */
  async revertAll(): Promise<readonly string[]> {
    const leaked: string[] = [];
    for (const [name, fault] of [...this.#held].reverse()) {
      try {
        await fault.revert();
        this.#held.delete(name);
      } catch (error) {
        leaked.push(`${name}: ${messageOf(error)}`);
      }
    }
    return leaked;
  }

  async #inject({ as: alias, ...request }: PyDict, signal: AbortSignal): Promise<PyDict> {
    if (this.#engine === undefined) throw new ActivityFailure('no engine was given that could inject faults');
    const fault = await this.#engine.inject(requested(request), { signal, actor: 'chaos-toolkit' });
    const name = typeof alias === 'string' ? alias : fault.id;
    if (this.#held.has(name)) {
      await fault.revert();
      throw new ActivityFailure(`a fault named ${JSON.stringify(name)} is live already; choose another name`);
    }
    this.#held.set(name, fault);
    this.#injected += 1;
    return { id: fault.id, type: fault.type, target: fault.target.name, state: fault.state.phase };
  }

  async #revert({ name }: PyDict): Promise<PyDict> {
    const wanted = typeof name === 'string' ? [name] : [...this.#held.keys()].reverse();
    for (const one of wanted) {
      const fault = this.#held.get(one);
      if (fault === undefined) throw new ActivityFailure(`no fault named ${JSON.stringify(one)} is live`);
      await fault.revert();
      this.#held.delete(one);
    }
    return { reverted: wanted.length };
  }
}

function requested({ type = null, target = null, params = {}, for: hold = null }: PyDict): FaultRequest {
  if (typeof type !== 'string') throw new ActivityFailure('expected "type", the name of a fault');
  if (!isDict(target)) throw new ActivityFailure('expected "target", a mapping such as {"container": "payments"}');
  const held = duration.safeParse(typeof hold === 'string' ? hold : numberOf(hold));
  if (hold !== null && held.data === undefined) throw new ActivityFailure('expected "for", a duration such as "30s"');
  return {
    type,
    target: toJsonObject(target),
    params: isDict(params) ? toJsonObject(params) : {},
    ...(held.data === undefined ? {} : { for: held.data }),
  };
}
