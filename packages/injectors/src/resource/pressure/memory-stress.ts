import { duration, share, size } from '@bridge/chaos-core';
import * as z from 'zod';
import { readCgroup } from '../limit/cgroup-files.ts';
import { numberIn } from '../limit/limit-fault.ts';
import type { ResourceToolbox } from '../toolbox.ts';
import { pressureFault } from './pressure-fault.ts';

const ramp = duration.refine((ms) => ms <= 86_400_000, 'expected at most a day').default(0);
const LEAST = 2 ** 20;
const params = z.union([
  z.strictObject({
    /** How much is taken. */
    level: size.refine((bytes) => bytes >= LEAST, 'expected at least 1MiB'),
    /** Over what time: the leak. Default at once. */
    ramp,
  }),
  z.strictObject({
    /** Up to which part of the target's memory limit it is filled, with what it uses itself. */
    levelOfLimit: share.refine((part) => part > 0, 'expected more than 0'),
    ramp,
  }),
]);

/**
 * `resource.memory-stress`: a process in the target's cgroup takes memory, at once or little by little. Where the limit is
 * reached the kernel ends this process first; then the fault has lost its effect and says so.
 */
export function memoryStress(toolbox: ResourceToolbox) {
  return pressureFault(toolbox, {
    type: 'resource.memory-stress',
    params,
    risk: 'high',
    what: 'memory',
    capabilities: [],
    describe: (given) => {
      const much = 'level' in given ? `${given.level} bytes` : `up to ${given.levelOfLimit * 100} % of its limit`;
      return `${much} taken ${given.ramp === 0 ? 'at once' : `over ${given.ramp} ms`}`;
    },
    async work(given, facts, connection, context) {
      let bytes = 'level' in given ? given.level : 0;
      if ('levelOfLimit' in given) {
        const owner = { connection, id: facts.id, name: facts.name, pid: facts.pid };
        const names = ['memory.max', 'memory.current', 'memory.limit_in_bytes', 'memory.usage_in_bytes'] as const;
        const found = await readCgroup(toolbox.agents, owner, names, context);
        const limit = numberIn(found.get('memory.max') ?? found.get('memory.limit_in_bytes') ?? 'max');
        const used = Number(found.get('memory.current') ?? found.get('memory.usage_in_bytes') ?? 0);
        if (limit === Number.POSITIVE_INFINITY)
          return { reason: 'has no memory limit', remedy: 'say how much with level' };
        bytes = Math.floor(limit * given.levelOfLimit) - used;
        if (bytes < LEAST)
          return { reason: `uses ${used} bytes of its limit ${limit} already`, remedy: 'ask for more' };
      }
      const atLeast = given.ramp === 0 ? bytes * 0.9 : 4096;
      const { memoryFloor } = toolbox.settings;
      return {
        work: ['memory', String(Math.floor(bytes)), String(given.ramp), String(memoryFloor)],
        workers: 1,
        atLeast,
      };
    },
    measure: ({ memory }) => memory,
  });
}
