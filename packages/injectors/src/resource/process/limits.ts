import { size } from '@bridge/chaos-core';
import * as z from 'zod';
import { readProc } from '../../process/process-stat.ts';
import { CPU_LIMIT } from '../limit/cpu-limit.ts';
import { IO_THROTTLE } from '../limit/io-throttle.ts';
import { memorySettings } from '../limit/memory-limit.ts';
import { PIDS_LIMIT } from '../limit/pids-limit.ts';
import type { LocalAgent } from './local-agent.ts';
import { type LimitedTree, processLimit } from './process-limit.ts';

/** `process.cpu-limit`: a process and all below get no more than so many CPUs together (CFS quota). */
export function processCpuLimit(agent: LocalAgent) {
  return processLimit(agent, 'process.cpu-limit', { ...CPU_LIMIT, controller: 'cpu' });
}

/** `process.pids-limit`: no more processes and threads than that in the tree; new ones fail with EAGAIN. */
export function processPidsLimit(agent: LocalAgent) {
  return processLimit(agent, 'process.pids-limit', { ...PIDS_LIMIT, controller: 'pids' });
}

/** `process.io-throttle`: as `resource.io-throttle`, for what a process and all below read and write. */
export function processIoThrottle(agent: LocalAgent) {
  return processLimit(agent, 'process.io-throttle', { ...IO_THROTTLE, controller: 'blkio' });
}

/** Less than this, and the next page fault may end the process. */
const LEAST = 2 ** 20;

const memoryParams = z.union([
  /** With what it has. */
  z.strictObject({ limit: size.refine((bytes) => bytes >= LEAST, 'expected at least 1MiB') }),
  /** How much more than it has. */
  z.strictObject({ spare: size.refine((bytes) => bytes >= LEAST, 'expected at least 1MiB') }),
]);

/**
 * `process.memory-limit`: a process and all below get no more than so much memory, and no swap beyond it; else the OOM
 * killer acts among them. What a process has already is not charged to a group that it moves into: it is read from
 * `/proc/PID/status` and counts as it was then.
 */
export function processMemoryLimit(agent: LocalAgent) {
  return processLimit(agent, 'process.memory-limit', {
    params: memoryParams,
    risk: 'high',
    what: 'memory',
    controller: 'memory',
    describe: (given) =>
      'limit' in given ? `at most ${given.limit} bytes of memory` : `at most ${given.spare} more bytes of memory`,
    async settings(given, read, _disk, tree) {
      const used = await memoryOf(tree);
      const more = 'limit' in given ? given.limit - used : given.spare;
      if (more < LEAST) return { reason: `uses ${used} bytes already`, remedy: 'ask for a higher limit' };
      return memorySettings(tree.countsAll ? used + more : more, read);
    },
  });
}

/** Memory that cannot be dropped and read again, in bytes (proc_pid_status(5)). */
async function memoryOf({ members }: LimitedTree): Promise<number> {
  const statuses = await Promise.all(members.map(({ pid }) => readProc(pid, 'status')));
  const pages = statuses.flatMap((status) => [...(status ?? '').matchAll(/^Rss(?:Anon|Shmem):\s*(\d+) kB$/gm)]);
  return pages.reduce((sum, [, kilobytes]) => sum + Number(kilobytes) * 1024, 0);
}
