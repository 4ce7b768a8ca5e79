import { type AnyFault, type FaultContext, seededRandom, silentLogger, systemClock } from '@bridge/chaos-core';
import { app } from '@bridge/chaos-injectors/app';
import * as z from 'zod';

const plugin = app();
const named = z.object({ id: z.string() });

export type AppFaultType = (typeof plugin.faults)[number]['type'];

/** One fault on this process, driven by its verbs as the engine would. */
export async function faultByVerbs(type: AppFaultType, given: object, more: Partial<FaultContext> = {}) {
  const fault: AnyFault | undefined = plugin.faults.find((candidate) => candidate.type === type);
  if (fault === undefined) throw new Error(`no fault ${type}`);
  const signal = new AbortController().signal;
  const context = { signal, clock: systemClock, random: seededRandom(1), log: silentLogger, ...more };
  const [target] = await plugin.targets[0].find('self', context);
  if (target === undefined) throw new Error('this process is not found');
  const params: unknown = fault.params.parse(given);
  const undo: unknown = await fault.prepare(target, params, context);
  await fault.inject(target, params, undo, context);
  return {
    id: named.parse(undo).id,
    observe: () => fault.observe(undo, context),
    revert: () => fault.revert(undo, context),
  };
}
