import { isAbsolute, normalize } from 'node:path';
import { ChaosError, share, size } from '@bridge/chaos-core';
import * as z from 'zod';
import type { ContainerFacts } from '../../container/container-facts.ts';
import type { CallContext } from '../../docker/connection.ts';
import type { Obstacle } from '../../obstacle.ts';
import type { ResourceToolbox } from '../toolbox.ts';
import { pressureFault, type Work } from './pressure-fault.ts';

const LEAST = 2 ** 20;
const folder = z
  .string()
  .max(4000)
  .refine((path) => isAbsolute(path) && normalize(path).replace(/(?<=.)\/$/, '') === path && !path.includes('\0'), {
    error: 'expected the absolute path of a folder, without ".." and links',
  })
  .default('/tmp');
/** Space that stays free there. Default: the option `diskFloor`; `0B` for a file system with a size of its own. */
const keepFree = size.optional();

export const fillParams = z.union([
  z.strictObject({ folder, bytes: size.refine((bytes) => bytes >= LEAST, 'expected at least 1MiB'), keepFree }),
  /** Until this part of the file system is in use. */
  z.strictObject({ folder, until: share, keepFree }),
]);

export type FillParams = z.output<typeof fillParams>;

/**
 * `resource.disk-fill`: a file without a name takes space where the folder is. It shows nowhere, and the kernel gives the
 * space back as soon as its process ends. The writable layer of a container lies on the host's disk: the floor protects that.
 */
export function diskFill(toolbox: ResourceToolbox) {
  return pressureFault(toolbox, {
    type: 'resource.disk-fill',
    params: fillParams,
    risk: 'high',
    what: 'disk',
    capabilities: ['SYS_PTRACE', 'DAC_OVERRIDE'],
    describe: describeFill,
    async work(given, facts, connection, context) {
      const space = await spaceIn(toolbox, connection, facts, given.folder, context);
      return fillWork(given, space, toolbox.settings.diskFloor, ['/', given.folder.slice(1) || '.']);
    },
    measure: ({ filled }) => filled,
  });
}

export function describeFill(given: FillParams): string {
  const much = 'bytes' in given ? `${given.bytes} bytes` : `up to ${given.until * 100} %`;
  return `${much} of the file system of ${given.folder} taken`;
}

/** Bytes of a file system. */
export interface Space {
  readonly all: number;
  readonly free: number;
}

/**
 * What an agent does to fill a place, as its root and the folder below it.
 *
 * @param diskFloor bytes that stay free where the params don't say otherwise
 */
export function fillWork(
  given: FillParams,
  space: Space,
  diskFloor: number,
  where: readonly [root: string, folder: string],
): Work | Obstacle {
  const floor = given.keepFree ?? diskFloor;
  const bytes = 'bytes' in given ? given.bytes : Math.floor(space.all * given.until) - (space.all - space.free);
  if (bytes < LEAST) return { reason: `has less than that free in ${given.folder}`, remedy: 'ask for more' };
  if (floor > 0 && space.free - bytes < floor) {
    return {
      reason: `has ${space.free} bytes free in ${given.folder}, of which ${floor} must stay free`,
      remedy: 'ask for less, or lower keepFree where the file system has a size of its own',
    };
  }
  const wanted = Math.min(bytes, space.free);
  return { work: ['fill', ...where, String(bytes), String(floor)], workers: 1, atLeast: wanted * 0.9 };
}

async function spaceIn(
  { agents }: ResourceToolbox,
  connection: string,
  { id, pid, name }: ContainerFacts,
  path: string,
  context: CallContext,
): Promise<Space> {
  const args = ['space', id, String(pid), '/', path.slice(1) || '.'];
  const { code, output, complaint } = await agents.run(connection, args, context);
  if (code !== 0) {
    throw new ChaosError('CHAOS_FAULT_IMPOSSIBLE', `container ${name}: ${path}: ${complaint}; name a folder it has`);
  }
  const [all = 0, free = 0] = output.toString().split(' ').map(Number);
  return { all, free };
}
