import { size } from '@bridge/chaos-core';
import * as z from 'zod';
import type { Obstacle } from '../../obstacle.ts';
import type { ResourceToolbox } from '../toolbox.ts';
import { limitFault, noCgroup, notTighter, numberIn, type ReadFiles } from './limit-fault.ts';
import type { Setting } from './setting.ts';

/** The largest page that a kernel has: a limit is rounded to whole pages. */
const PAGE = 65_536;
/** Less would kill the container's own main process at once. */
const LEAST = 4 * 2 ** 20;

const params = z.strictObject({ limit: size.refine((bytes) => bytes >= LEAST, 'expected at least 4MiB') });

/**
 * `resource.memory-limit`: the container gets no more than so much memory, and no swap beyond it. What it uses above that
 * is reclaimed where it can be; under cgroup v1 a limit that cannot be reached so is refused, under v2 the OOM killer acts.
 */
export function memoryLimit(toolbox: ResourceToolbox) {
  return limitFault(toolbox, 'resource.memory-limit', {
    params,
    risk: 'high',
    what: 'memory',
    describe: ({ limit }) => `at most ${limit} bytes of memory, and no swap`,
    settings: ({ limit }, read) => memorySettings(limit, read),
  });
}

/** What keeps a cgroup to so many bytes of memory, without swap. */
export async function memorySettings(limit: number, read: ReadFiles): Promise<readonly Setting[] | Obstacle> {
  const wanted = limit - (limit % PAGE);
  return (await version2(wanted, read)) ?? (await version1(wanted, read)) ?? noCgroup('memory');
}

async function version2(wanted: number, read: ReadFiles) {
  const found = await read('memory.max', 'memory.swap.max');
  const [memory, swap] = [found.get('memory.max'), found.get('memory.swap.max')];
  if (memory === undefined) return undefined;
  if (wanted >= numberIn(memory)) return notTighter(`${memory} bytes`);
  const settings: Setting[] = [{ file: 'memory.max', before: memory, during: String(wanted) }];
  if (swap !== undefined && swap !== '0') settings.push({ file: 'memory.swap.max', before: swap, during: '0' });
  return settings;
}

async function version1(wanted: number, read: ReadFiles) {
  const found = await read(
    'memory.limit_in_bytes',
    'memory.memsw.limit_in_bytes',
    'memory.usage_in_bytes',
    'memory.stat',
  );
  const memory = found.get('memory.limit_in_bytes');
  if (memory === undefined) return undefined;
  if (wanted >= numberIn(memory)) return notTighter(`${memory} bytes`);
  const fixed = Number(/^(?:total_)?(?:unevictable|rss) (\d+)$/m.exec(found.get('memory.stat') ?? '')?.[1] ?? 0);
  if (fixed > wanted) {
    return {
      reason: `uses ${fixed} bytes that cgroup v1 cannot take away`,
      remedy: 'ask for a higher limit, or use resource.memory-stress',
    };
  }
  const both = found.get('memory.memsw.limit_in_bytes');
  const settings: Setting[] = [{ file: 'memory.limit_in_bytes', before: memory, during: String(wanted) }];
  // Memory and swap together may never be limited below memory alone: last on the way down, first on the way up.
  if (both !== undefined) settings.push({ file: 'memory.memsw.limit_in_bytes', before: both, during: String(wanted) });
  return settings;
}
