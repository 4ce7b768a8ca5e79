import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { readProc } from '../../../process/process-stat.ts';
import { readIfThere } from './group-file.ts';

/** The cgroup of a process as far as one controller goes, as this process sees it (cgroups(7)). */
export interface Group {
  readonly version: 1 | 2;
  /** Absolute path. */
  readonly folder: string;
  /** Nothing is limited in the topmost one, and most of its files are missing. */
  readonly isTop: boolean;
  /** What this version calls the controller. */
  readonly controller: string;
}

/** Where cgroups are mounted: both versions may be, each controller in one of them. */
interface Mount {
  readonly version: 1 | 2;
  /** Where its hierarchy is entered; `/` unless a container sees a part of it. */
  readonly root: string;
  readonly folder: string;
  /** What a version 1 hierarchy is for. */
  readonly options: readonly string[];
}

/** Names of controllers that version 2 has changed. */
const RENAMED: Readonly<Record<string, string>> = { blkio: 'io' };

/**
 * The group that limits a process by this controller, by its name in version 1; undefined where the kernel has none, or none
 * can be seen.
 */
export async function groupOf(pid: number, controller: string): Promise<Group | undefined> {
  const mounts = mountsIn(await readFile('/proc/self/mountinfo', 'utf8'));
  const lines = ((await readProc(pid, 'cgroup')) ?? '').split('\n').map(groupLine);
  const first = mounts.find(({ version, options }) => version === 1 && options.includes(controller));
  const path = lines.find(({ controllers }) => controllers.includes(first === undefined ? '' : controller))?.path;
  const mount = first ?? (await unified(mounts, RENAMED[controller] ?? controller));
  if (mount === undefined || path === undefined) return undefined;
  const within = posix.relative(mount.root, path);
  if (within.startsWith('..')) return undefined;
  const folder = posix.join(mount.folder, within);
  const mark = mount.version === 1 ? 'release_agent' : 'cgroup.events';
  const marked = (await readIfThere(posix.join(folder, mark))) !== undefined;
  if (mount.version === 1) return { version: 1, folder, isTop: marked, controller };
  return { version: 2, folder, isTop: !marked, controller: RENAMED[controller] ?? controller };
}

async function unified(mounts: readonly Mount[], controller: string): Promise<Mount | undefined> {
  for (const mount of mounts.filter(({ version }) => version === 2)) {
    const controllers = await readIfThere(posix.join(mount.folder, 'cgroup.controllers'));
    if (controllers?.split(' ').includes(controller)) return mount;
  }
  return undefined;
}

/** One line of `/proc/PID/cgroup`; version 2 has one without controllers. */
function groupLine(line: string): { readonly controllers: readonly string[]; readonly path: string } {
  const [, controllers = '', path = ''] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
  return { controllers: controllers.split(','), path };
}

// proc_pid_mountinfo(5): fields, then " - ", type, source, options of the file system.
function mountsIn(mountinfo: string): readonly Mount[] {
  return mountinfo.split('\n').flatMap((line): readonly Mount[] => {
    const [mounted = '', what = ''] = line.split(' - ');
    const [, , , root = '', folder = ''] = mounted.split(' ');
    const [type, , options = ''] = what.split(' ');
    if (type !== 'cgroup' && type !== 'cgroup2') return [];
    return [{ version: type === 'cgroup' ? 1 : 2, root, folder, options: options.split(',') }];
  });
}
