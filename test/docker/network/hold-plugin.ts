import type { AnyFault } from '@bridge/chaos-core';
import networkWithTargets from './plugin.ts';
import { faultContext } from './scene.ts';

export const plugin = networkWithTargets();
export const context = faultContext();

export function faultOf(type: string): AnyFault {
  return faultIn(plugin, type);
}

export function faultIn({ faults }: Pick<typeof plugin, 'faults'>, type: string): AnyFault {
  const fault = faults.find((one) => one.type === type);
  if (fault === undefined) throw new Error(`no fault ${type}`);
  return fault;
}
