import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const HIERARCHIES = ['cpu', 'memory', 'pids', 'blkio'];

/** Cgroups of this project for one process, found without its code: every one under the groups that the process is in. */
export function ownGroups(pid: number): string[] {
  const lines = readFileSync(`/proc/${pid}/cgroup`, 'utf8').trim().split('\n');
  const homes = lines.flatMap((line) => {
    const [, controllers = '', path = ''] = line.split(':');
    const home = path.replace(/\/bridge-chaos-limit-.*/, '');
    const mounts =
      controllers === '' ? ['', 'unified'] : controllers.split(',').filter((one) => HIERARCHIES.includes(one));
    return mounts.map((mount) => join('/sys/fs/cgroup', mount, home));
  });
  return homes.flatMap((home) =>
    namesIn(home)
      .filter((name) => name.startsWith('bridge-chaos-limit-') && name.includes(`-${pid}-`))
      .map((name) => join(home, name)),
  );
}

/** Where the kernel has the process, and what of ours is left for it. */
export function groupWitness(pid: number): { readonly lines: string; readonly made: string[] } {
  return { lines: readFileSync(`/proc/${pid}/cgroup`, 'utf8'), made: ownGroups(pid) };
}

function namesIn(folder: string): string[] {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(folder) : [];
}
