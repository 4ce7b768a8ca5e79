import { cpuStressParams } from '../pressure/cpu-stress.ts';
import type { LocalAgent } from './local-agent.ts';
import { processPressure } from './process-pressure.ts';

/** `process.cpu-stress`: children of the engine compute for nothing in the cgroup of the process, beside its whole tree. */
export function processCpuStress(agent: LocalAgent) {
  return processPressure(agent, {
    type: 'process.cpu-stress',
    params: cpuStressParams,
    risk: 'medium',
    what: 'cpu',
    inCgroup: true,
    describe: ({ cores, load }) => `${cores} core(s) busy ${Math.round(load * 100)} % of the time`,
    work: async ({ cores, load }) => ({
      work: ['cpu', String(cores), String(Math.round(load * 1000))],
      workers: cores,
      atLeast: 1,
    }),
    measure: ({ ticks }) => ticks,
  });
}
