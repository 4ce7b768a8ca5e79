import type { AnyFault, ChaosPlugin, JsonObject } from '@bridge/chaos-core';
import { faultContext } from '../fault-context.ts';
import { targetOf } from '../process/child.ts';

/** Holds a fault on a process, as an engine would. */
export async function heldOn({ faults }: Pick<ChaosPlugin, 'faults'>, type: string, pid: number, given: JsonObject) {
  const context = faultContext();
  const fault: AnyFault | undefined = faults.find((one) => one.type === type);
  if (fault === undefined) throw new Error(`There is no ${type}.`);
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
