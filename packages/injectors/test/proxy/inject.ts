import {
  type AnyFault,
  type FaultContext,
  seededRandom,
  silentLogger,
  systemClock,
  type Target,
} from '@bridge/chaos-core';
import { proxies } from '../../src/proxy/plugin.ts';

const plugin = proxies();

export type ProxyFaultType = (typeof plugin.faults)[number]['type'];

export function faultContext(seed = 1): FaultContext {
  return { signal: new AbortController().signal, clock: systemClock, random: seededRandom(seed), log: silentLogger };
}

export async function proxyTarget(name: string): Promise<Target> {
  const [target] = await plugin.targets[0].find(name, faultContext());
  if (target === undefined) throw new Error(`no proxy ${name}`);
  return target;
}

/** One fault on one proxy, driven by its verbs as the engine would. */
export async function inject(name: string, type: ProxyFaultType, given: object = {}, seed = 1) {
  const fault = plugin.faults.find((candidate) => candidate.type === type);
  if (fault === undefined) throw new Error(`no fault ${type}`);
  const context = faultContext(seed);
  const target = await proxyTarget(name);
  // As the engine does: the registry validates before it calls, and the record has been to the disk and back.
  const verbs: AnyFault = fault;
  const params: unknown = fault.params.parse(given);
  const undo: unknown = fault.undo.parse(JSON.parse(JSON.stringify(await verbs.prepare(target, params, context))));
  const before = await verbs.observe(undo, context);
  await verbs.inject(target, params, undo, context);
  return {
    before,
    undo,
    observe: () => verbs.observe(undo, context),
    revert: () => verbs.revert(undo, context),
    inject: () => verbs.inject(target, params, undo, context),
    counters: () => verbs.counters?.(undo, context),
    renew: (lease: number) => verbs.renew?.(undo, lease, context),
  };
}
