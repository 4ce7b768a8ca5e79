import { ChaosError, messageOf } from '../errors.ts';
import type { FaultStep } from '../experiment/experiment.ts';
import { type FaultContext, type Feasibility, has } from '../fault/injector.ts';
import type { FaultIntent } from '../guard/guard.ts';
import type { JsonObject } from '../json.ts';
import type { AnyFault } from '../plugin.ts';
import type { Random } from '../random.ts';
import type { Target } from '../target/target.ts';
import type { PlannedFault } from './experiment-plan.ts';
import type { PlanHost, PlanOptions } from './plan-host.ts';
import type { PlannedWorld } from './planned-world.ts';

/** One fault step with its templates resolved and its targets picked. */
export interface PickedStep {
  readonly step: FaultStep;
  readonly fault: AnyFault;
  readonly targets: readonly Target[];
  /** As written, templates resolved. */
  readonly written: JsonObject;
  /** As the fault's verbs take them. */
  readonly params: unknown;
  /** Milliseconds after the start of the run. */
  readonly at: number;
  /** When its hold is over: `for`, or the end of all steps. */
  readonly until: number;
  readonly random: Random;
}

/** What each fault of a step would do and what the guards think of it. Reads only. */
export async function planFaults(
  picked: PickedStep,
  world: PlannedWorld,
  host: PlanHost,
  options: PlanOptions,
): Promise<PlannedFault[]> {
  const planned: PlannedFault[] = [];
  // One after the other, as in the run: each is checked against those before it.
  for (const target of picked.targets) planned.push(await planFault(picked, target, world, host, options));
  return planned;
}

async function planFault(
  picked: PickedStep,
  target: Target,
  world: PlannedWorld,
  host: PlanHost,
  options: PlanOptions,
): Promise<PlannedFault> {
  const { fault, params, at, until, step } = picked;
  const momentary = has(fault, 'momentary');
  const opinions = await host.guards.checkAll(intentOf(picked, target, host, options), world.at(at));
  world.add({ type: step.type, target, at, until: momentary ? at : until });
  return {
    target,
    description: answered(fault, 'describe', () => descriptionOf(fault, target, picked)),
    hold: momentary ? null : until - at,
    touches: answered(fault, 'touches', () => touchesOf(fault, target, params)),
    feasibility: await feasibilityOf(picked, target, host),
    allowed: opinions.every(({ allowed }) => allowed),
    opinions,
  };
}

function intentOf(
  { fault, step, written }: PickedStep,
  target: Target,
  host: PlanHost,
  options: PlanOptions,
): FaultIntent {
  return {
    fault,
    target,
    params: written,
    hold: step.for ?? host.maxHold,
    ...(options.actor === undefined ? {} : { actor: options.actor }),
    ...(host.environment === undefined ? {} : { environment: host.environment }),
  };
}

/** A plugin whose answer throws is a plugin that breaks its contract. */
function answered<Answer>(fault: AnyFault, verb: string, ask: () => Answer): Answer {
  try {
    return ask();
  } catch (thrown) {
    const message = `expected ${verb}() of ${fault.type} to answer, got ${messageOf(thrown)}`;
    throw new ChaosError('CHAOS_PLUGIN_INVALID', message, { cause: thrown });
  }
}

function touchesOf(fault: AnyFault, target: Target, params: unknown): readonly string[] {
  return has(fault, 'touches') ? fault.touches(target, params) : [`${target.kind}:${target.id}`];
}

function descriptionOf(fault: AnyFault, target: Target, { params, written }: PickedStep): string {
  if (has(fault, 'describe')) return fault.describe(target, params);
  const details = Object.entries(written).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
  const settings = details.length === 0 ? '' : ` (${details.join(', ')})`;
  return `${fault.type} on ${target.kind} "${target.name}"${settings}`;
}

async function feasibilityOf(picked: PickedStep, target: Target, host: PlanHost): Promise<Feasibility> {
  const { fault, params, random } = picked;
  if (!has(fault, 'feasible')) return { possible: true };
  const { clock, log, world } = host;
  const { connection } = target;
  const context: FaultContext = {
    signal: world.signal,
    clock,
    random,
    log,
    ...(connection === undefined ? {} : { connection }),
  };
  try {
    return await fault.feasible(target, params, context);
  } catch (thrown) {
    world.signal.throwIfAborted();
    const reason = `it could not be found out: ${messageOf(thrown)}`;
    return { possible: false, reason, remedy: 'see the reason, then plan again' };
  }
}
