import type { AnyFault } from '@bridge/chaos-core';
import networkWithTargets from './plugin.ts';
import { faultContext } from './scene.ts';

export const plugin = networkWithTargets();
export const context = faultContext();

export function faultOf(type: string): AnyFault {
  const fault = plugin.faults.find((one) => one.type === type);
  if (fault === undefined) throw new Error(`no fault ${type}`);
  return fault;
}
