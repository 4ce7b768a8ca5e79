import type { AnyFault, JsonObject, Target } from '@bridge/chaos-core';
import { faultContext, fromDisk } from '../docker/container/harness.ts';

/** Holds a fault on a target, as an engine would. */
export async function held(fault: AnyFault, target: Target, params: JsonObject) {
  const context = faultContext();
  const given: unknown = fault.params.parse(params);
  const undo: unknown = fromDisk(fault, await fault.prepare(target, given, context));
  await fault.inject(target, given, undo, context);
  return {
    look: () => fault.observe(undo, context),
    revert: () => fault.revert(undo, context),
  };
}
