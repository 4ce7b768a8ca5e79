import { freshId } from '@bridge/chaos-core';
import * as z from 'zod';
import type { Obstacle } from '../../../obstacle.ts';
import { processTree } from '../../../process/process-tree.ts';
import { mayWrite, occupants, readIfThere } from './group-file.ts';
import type { Group } from './hierarchy.ts';

/** What the groups made for a limit begin with: whoever looks for leftovers finds them. */
const OUR_GROUP = 'bridge-chaos-limit-';

/** Where the limit of a process tree stands. */
export const place = z.discriminatedUnion('kind', [
  /** In a group made for the fault; the tree comes from `home` and goes back there. */
  z.object({ kind: z.literal('made'), folder: z.string(), home: z.string() }),
  /** In the group that the tree has to itself. */
  z.object({ kind: z.literal('own'), folder: z.string() }),
]);
export type Place = z.output<typeof place>;

/**
 * Decides where. Under version 1 always in a group below the present one, whose limits stay in force. Version 2 lets no
 * group with processes have groups below it: there the present one itself is limited when the tree has it to itself, and a
 * new one is made only below the topmost.
 */
export async function placeFor(group: Group, pid: number): Promise<Place | Obstacle> {
  const { folder: home, version, isTop, controller } = group;
  if (home.includes(`/${OUR_GROUP}`)) {
    return { reason: 'is in the cgroup of another limit of this project', remedy: 'end that one first' };
  }
  if (version === 2 && !isTop) return ownGroup(home, pid);
  const enabled = version === 1 || (await isEnabled(home, controller));
  if (!enabled) {
    const remedy = `write +${controller} into ${home}/cgroup.subtree_control`;
    return { reason: `cannot get a cgroup of its own, as ${controller} is not switched on below ${home}`, remedy };
  }
  if (!(await mayWrite(home)) || !(await mayWrite(`${home}/cgroup.procs`))) return noRight(home);
  return { kind: 'made', folder: `${home === '/' ? '' : home}/${freshId(`${OUR_GROUP}${controller}-${pid}`)}`, home };
}

async function ownGroup(folder: string, pid: number): Promise<Place | Obstacle> {
  const tree = new Set((await processTree(pid)).map((stat) => stat.pid));
  const strangers = (await occupants(folder)).filter((one) => !tree.has(one));
  if (strangers.length > 0) {
    return {
      reason: `shares its cgroup ${folder} with ${strangers.length} other process(es)`,
      remedy: 'select the process above them all, or start it in a group of its own, as "systemd-run --scope" does',
    };
  }
  return (await mayWrite(`${folder}/cgroup.procs`)) ? { kind: 'own', folder } : noRight(folder);
}

async function isEnabled(folder: string, controller: string): Promise<boolean> {
  return (await readIfThere(`${folder}/cgroup.subtree_control`))?.split(' ').includes(controller) ?? false;
}

function noRight(folder: string): Obstacle {
  return {
    reason: `cannot be limited, as ${folder} may not be written by this user`,
    remedy: 'run as root with the cgroups mounted writable, or have the group delegated',
  };
}
