import type { AnyFault, ChaosPlugin, JsonObject, Target } from '@bridge/chaos-core';
import { faultContext } from '../fault-context.ts';
import { targetOf } from '../process/child.ts';

type Faults = Pick<ChaosPlugin, 'faults'>;

/** What a plan says about a fault on a process. */
export async function planned(plugin: Faults, type: string, pid: number, given: JsonObject) {
  const fault = faultOf(plugin, type);
  const [target, params]: [Target, unknown] = [await targetOf(pid), fault.params.parse(given)];
  return { ...(await fault.feasible?.(target, params, faultContext())), sentence: fault.describe?.(target, params) };
}

/** Holds a fault on a process, as an engine would. */
export async function heldOn(plugin: Faults, type: string, pid: number, given: JsonObject) {
  const context = faultContext();
  const fault = faultOf(plugin, type);
  const target = await targetOf(pid);
  const params: unknown = fault.params.parse(given);
  const undo: unknown = await fault.prepare(target, params, context);
  await fault.inject(target, params, undo, context);
  return {
    look: () => fault.observe(undo, context),
    counters: async () => fault.counters?.(undo, context),
    revert: () => fault.revert(undo, context),
  };
}

function faultOf({ faults }: Faults, type: string): AnyFault {
  const fault = faults.find((one) => one.type === type);
  if (fault === undefined) throw new Error(`There is no ${type}.`);
  return fault;
}
