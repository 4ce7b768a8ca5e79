import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const CGROUPS = '/sys/fs/cgroup';

/**
 * What the kernel itself says about a container's processes, when this process can see them: the container's main
 * process must be visible under `/proc` and its cgroup must carry the container's id. Undefined when it cannot.
 */
export async function freezerState(id: string, pid: number): Promise<'frozen' | 'thawed' | undefined> {
  const memberships = pid > 0 ? await readIfThere(`/proc/${pid}/cgroup`) : undefined;
  if (memberships === undefined || !memberships.includes(id)) return undefined;
  for (const line of memberships.split('\n')) {
    const [, controllers = '', path = ''] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (!path.includes(id)) continue;
    if (controllers.split(',').includes('freezer')) {
      const state = await readIfThere(join(CGROUPS, 'freezer', path, 'freezer.state'));
      if (state !== undefined) return state.trim() === 'THAWED' ? 'thawed' : 'frozen';
    }
    if (controllers === '') {
      const events = await readIfThere(join(CGROUPS, path, 'cgroup.events'));
      if (events !== undefined) return /^frozen 1$/m.test(events) ? 'frozen' : 'thawed';
    }
  }
  return undefined;
}

/** Whether the process belongs to the container, as far as this process can see. */
export async function belongsTo(id: string, pid: number): Promise<boolean> {
  const memberships = pid > 0 ? await readIfThere(`/proc/${pid}/cgroup`) : undefined;
  return memberships?.includes(id) === true;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    // Not visible from here is an answer: another host, another pid namespace, the process has ended.
    return undefined;
  }
}
