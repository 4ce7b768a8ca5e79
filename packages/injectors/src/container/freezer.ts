import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The kernel's switch that freezes a container's processes, as far as this process can reach it. */
export interface Freezer {
  readonly frozen: boolean;
  thaw(): Promise<void>;
}

const CGROUPS = '/sys/fs/cgroup';

/**
 * The freezer of a container whose main process is visible under `/proc`; its cgroup must carry the container's id.
 * Undefined where it cannot be seen: another host, another pid namespace, a process that has ended.
 */
export async function freezerOf(id: string, pid: number): Promise<Freezer | undefined> {
  const memberships = await cgroupsOf(id, pid);
  for (const line of memberships?.split('\n') ?? []) {
    const [, controllers = '', path = ''] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    const own = ownGroup(id, path);
    if (own === undefined) continue;
    const freezer = controllers === '' ? await version2(own) : await version1(controllers, own);
    if (freezer !== undefined) return freezer;
  }
  return undefined;
}

/** Whether the process is one of the container's, as far as this process can see. */
export async function belongsTo(id: string, pid: number): Promise<boolean> {
  return (await cgroupsOf(id, pid)) !== undefined;
}

/** The container's own group: a service manager inside may have moved its main process into one below that. */
function ownGroup(id: string, path: string): string | undefined {
  const parts = path.split('/');
  const at = parts.findIndex((part) => part.includes(id));
  return at < 0 ? undefined : parts.slice(0, at + 1).join('/');
}

async function version1(controllers: string, path: string): Promise<Freezer | undefined> {
  if (!controllers.split(',').includes('freezer')) return undefined;
  const file = join(CGROUPS, 'freezer', path, 'freezer.state');
  const state = await readIfThere(file);
  if (state === undefined) return undefined;
  return { frozen: state.trim() !== 'THAWED', thaw: () => writeFile(file, 'THAWED') };
}

async function version2(path: string): Promise<Freezer | undefined> {
  const events = await readIfThere(join(CGROUPS, path, 'cgroup.events'));
  if (events === undefined) return undefined;
  return { frozen: /^frozen 1$/m.test(events), thaw: () => writeFile(join(CGROUPS, path, 'cgroup.freeze'), '0') };
}

async function cgroupsOf(id: string, pid: number): Promise<string | undefined> {
  const memberships = pid > 0 ? await readIfThere(`/proc/${pid}/cgroup`) : undefined;
  return memberships?.includes(id) === true ? memberships : undefined;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    // Not visible from here is an answer, not a failure.
    return undefined;
  }
}
