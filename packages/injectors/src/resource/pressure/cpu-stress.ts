import { share } from '@bridge/chaos-core';
import * as z from 'zod';
import type { ResourceToolbox } from '../toolbox.ts';
import { pressureFault } from './pressure-fault.ts';

export const cpuStressParams = z.strictObject({
  /** How many cores are kept busy. Default 1. */
  cores: z.int().min(1).max(256).default(1),
  /** Part of the time each of them is. Default 1. */
  load: share.refine((load) => load >= 0.01, 'expected at least 1 %').default(1),
});

/** `resource.cpu-stress`: processes in the target's cgroup compute for nothing, against its own limit and share. */
export function cpuStress(toolbox: ResourceToolbox) {
  return pressureFault(toolbox, {
    type: 'resource.cpu-stress',
    params: cpuStressParams,
    risk: 'medium',
    what: 'cpu',
    capabilities: [],
    describe: ({ cores, load }) => `${cores} core(s) busy ${Math.round(load * 100)} % of the time`,
    async work({ cores, load }) {
      return { work: ['cpu', String(cores), String(Math.round(load * 1000))], workers: cores, atLeast: 1 };
    },
    measure: ({ ticks }) => ticks,
  });
}
