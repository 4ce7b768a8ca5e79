import { readFile } from 'node:fs/promises';

/**
 * Ids of containers that this process may live in, best first. Docker and Podman mount a container's host files from
 * a folder named after its id; cgroup v1 puts the id into the path. `/.dockerenv` alone proves nothing: virtual
 * machines made from an image carry it too. Whoever uses an id asks the engine whether it knows it.
 */
export async function ownContainerIds(): Promise<readonly string[]> {
  const [mounts, cgroup] = await Promise.all([readIfThere('/proc/self/mountinfo'), readIfThere('/proc/self/cgroup')]);
  return containerIdsIn(mounts, cgroup);
}

export function containerIdsIn(mountinfo: string, cgroup: string): readonly string[] {
  const ids = new Set<string>();
  for (const line of mountinfo.split('\n')) {
    const [, , , root = '', mountPoint = ''] = line.split(' ');
    if (!/^\/etc\/(?:hostname|hosts|resolv\.conf)$/.test(mountPoint)) continue;
    const id = /containers\/([0-9a-f]{64})\//.exec(root)?.[1];
    if (id !== undefined) ids.add(id);
  }
  for (const match of cgroup.matchAll(/[/-]([0-9a-f]{64})(?:\.scope)?$/gm))
    if (match[1] !== undefined) ids.add(match[1]);
  return [...ids];
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    // No /proc: not Linux, so not in a Linux container either.
    return '';
  }
}
