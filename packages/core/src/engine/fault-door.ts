import type { Emit } from '../event/chaos-events.ts';
import type { FaultHost, Injection } from '../fault/fault-host.ts';
import { injectFault } from '../fault/injecting.ts';
import type { LiveFault } from '../fault/live-fault.ts';
import type { FaultIntent, ProbeHealth } from '../guard/guard.ts';
import { type GuardChain, refusalError } from '../guard/guard-chain.ts';
import type { Random } from '../random.ts';
import type { Redactor } from '../redaction/redactor.ts';
import type { Registry } from '../registry.ts';
import type { FaultRequest } from '../run/fault-port.ts';
import { type WorldOptions, worldOf } from './world.ts';

export interface FaultDoorOptions {
  readonly registry: Registry;
  readonly guards: GuardChain;
  readonly world: WorldOptions;
  readonly host: FaultHost;
  readonly redactor: Redactor;
  readonly emit: Emit;
  /** Longest hold in milliseconds. */
  readonly maxHold: number;
  readonly environment: string | undefined;
}

export interface Entrance {
  readonly signal: AbortSignal;
  readonly random: Random;
  readonly runId?: string | undefined;
  readonly actor?: string | undefined;
  /** Looks once with every steady-state probe. */
  readonly health: () => Promise<readonly ProbeHealth[]>;
}

function intentOf(
  { registry, environment, maxHold }: FaultDoorOptions,
  request: FaultRequest,
  entrance: Entrance,
): FaultIntent {
  return {
    fault: registry.fault(request.type),
    target: request.target,
    params: request.params,
    hold: request.for ?? maxHold,
    ...(entrance.actor === undefined ? {} : { actor: entrance.actor }),
    ...(entrance.runId === undefined ? {} : { runId: entrance.runId }),
    ...(environment === undefined ? {} : { environment }),
  };
}

/** The one door every fault goes through: validate, ask the guards, inject. */
export class FaultDoor {
  readonly #options: FaultDoorOptions;

  constructor(options: FaultDoorOptions) {
    this.#options = options;
  }

  /** Throws when a guard says no; nothing was touched then. */
  async enter(request: FaultRequest, entrance: Entrance): Promise<LiveFault> {
    const { registry, host, redactor, maxHold } = this.#options;
    const fault = registry.fault(request.type);
    const params = registry.params(fault, request.params);
    await this.#askGuards(request, entrance);
    const injection: Injection = {
      fault,
      plugin: registry.pluginOf(request.type),
      source: registry.source(request.target.kind),
      target: request.target,
      params,
      shown: redactor.object(request.params),
      hold: Math.min(request.for ?? maxHold, maxHold),
      random: entrance.random,
      signal: entrance.signal,
      runId: entrance.runId,
      actor: entrance.actor,
    };
    return await injectFault(host, injection);
  }

  async #askGuards(request: FaultRequest, entrance: Entrance): Promise<void> {
    const { guards, world, emit } = this.#options;
    const intent = intentOf(this.#options, request, entrance);
    const { signal, health, runId } = entrance;
    const refusal = await guards.firstRefusal(intent, worldOf(world, { purpose: 'injection', signal, health }));
    if (refusal === undefined) return;
    const { rule, value, limit, reason } = refusal;
    emit('guard:refused', { rule, value, limit, reason, fault: request.type }, runId);
    throw refusalError(refusal, intent);
  }
}
