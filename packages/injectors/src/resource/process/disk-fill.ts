import { realpath, statfs } from 'node:fs/promises';
import { relative } from 'node:path';
import type { Target } from '@bridge/chaos-core';
import type { Obstacle } from '../../obstacle.ts';
import type { ResourcesSettings } from '../options.ts';
import { describeFill, type FillParams, fillParams, fillWork } from '../pressure/disk-fill.ts';
import type { Work } from '../pressure/pressure-fault.ts';
import type { LocalAgent } from './local-agent.ts';
import { processPressure } from './process-pressure.ts';
import { requireSameNamespace } from './same-namespace.ts';

/**
 * `process.disk-fill`: as `resource.disk-fill`, in a folder of this machine below one of the option `diskRoots`. Everybody
 * on that file system feels it.
 */
export function processDiskFill(agent: LocalAgent, settings: ResourcesSettings) {
  return processPressure(agent, {
    type: 'process.disk-fill',
    params: fillParams,
    risk: 'high',
    what: 'disk',
    inCgroup: false,
    describe: describeFill,
    work: (given, target) => work(agent, settings, given, target),
    measure: ({ filled }) => filled,
  });
}

async function work(
  agent: LocalAgent,
  { diskRoots, diskFloor }: ResourcesSettings,
  given: FillParams,
  target: Target,
): Promise<Work | Obstacle> {
  await requireSameNamespace(target, 'mnt');
  const folder = await realpath(given.folder).catch(() => undefined);
  if (folder === undefined) return { reason: `has no folder ${given.folder}`, remedy: 'name one that is there' };
  const roots = await Promise.all(diskRoots.map((root) => realpath(root).catch(() => undefined)));
  const root = roots.find(
    (one) => one !== undefined && (one === folder || folder.startsWith(one === '/' ? '/' : `${one}/`)),
  );
  if (root === undefined) {
    const allowed = diskRoots.length === 0 ? 'none is' : `${diskRoots.join(', ')} are`;
    return {
      reason: `may not have ${folder} filled, which is outside the allowed folders (${allowed})`,
      remedy: 'name its folder in the diskRoots option of resources()',
    };
  }
  const where = [root, relative(root, folder) || '.'] as const;
  const { code, complaint } = await agent.ask(['space', '-', target.id, ...where]);
  if (code !== 0) return { reason: `cannot have ${folder} filled: ${complaint}`, remedy: 'name another folder' };
  const { bsize, blocks, bavail } = await statfs(folder);
  return fillWork(given, { all: blocks * bsize, free: bavail * bsize }, diskFloor, where);
}
