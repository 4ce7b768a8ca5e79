import { duration, size } from '@bridge/chaos-core';
import * as z from 'zod';
import type { LocalAgent } from './local-agent.ts';
import { processPressure } from './process-pressure.ts';

const params = z.strictObject({
  /** How much is taken. */
  level: size.refine((bytes) => bytes >= 2 ** 20, 'expected at least 1MiB'),
  /** Over what time: the leak. Default at once. */
  ramp: duration.refine((ms) => ms <= 86_400_000, 'expected at most a day').default(0),
});

/**
 * `process.memory-stress`: a child of the engine takes memory in the cgroup of the process. It offers itself to the OOM
 * killer first, and stops where less than `floor` bytes would stay free on this machine.
 */
export function processMemoryStress(agent: LocalAgent, floor: number) {
  return processPressure(agent, {
    type: 'process.memory-stress',
    params,
    risk: 'high',
    what: 'memory',
    inCgroup: true,
    describe: ({ level, ramp }) => `${level} bytes of memory taken ${ramp === 0 ? 'at once' : `over ${ramp} ms`}`,
    work: async ({ level, ramp }) => ({
      work: ['memory', String(Math.floor(level)), String(ramp), String(floor)],
      workers: 1,
      atLeast: ramp === 0 ? level * 0.9 : 4096,
    }),
    measure: ({ memory }) => memory,
  });
}
