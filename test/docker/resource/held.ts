import type { JsonObject } from '@bridge/chaos-core';
import type { TestContainer } from '../../docker-engine/index.ts';
import { faultContext, fromDisk, targetOf } from '../container/harness.ts';
import { faultOf } from './fault-of.ts';

const context = faultContext();

/** A fault on a container, injected. */
export async function held(container: TestContainer, type: string, params: JsonObject) {
  const fault = faultOf(type);
  const target = await targetOf(container.id);
  const given: unknown = fault.params.parse(params);
  const undo: unknown = fromDisk(fault, await fault.prepare(target, given, context));
  await fault.inject(target, given, undo, context);
  return {
    look: () => fault.observe(undo, context),
    counters: () => fault.counters?.(undo, context),
    revert: () => fault.revert(undo, context),
  };
}
