import type { AnyFault } from '@bridge/chaos-core';
import resourcesWithTargets from './plugin.ts';

export const plugin = resourcesWithTargets();

export function faultOf(type: string): AnyFault {
  const fault = [...plugin.faults].find((one) => one.type === type);
  if (fault === undefined) throw new Error(`There is no ${type}.`);
  return fault;
}
