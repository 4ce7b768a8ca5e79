import { readFile } from 'node:fs/promises';

/**
 * Ids of containers that this process may live in, best first: cgroup v1 puts the id into the path; Docker and Podman
 * mount a container's `/etc/hosts` from a folder named after it, which is another container's where that one's network
 * is shared. `/.dockerenv` proves nothing: virtual machines made from an image carry it too. Whoever uses an id asks
 * the engine about it.
 */
export async function ownContainerIds(): Promise<readonly string[]> {
  return (await ownTraces()).ids;
}

export function containerIdsIn(mountinfo: string, cgroup: string): readonly string[] {
  const ids = [...cgroup.matchAll(/[/-]([0-9a-f]{64})(?:\.scope)?$/gm)].map(([, id]) => id);
  for (const line of mountinfo.split('\n')) {
    const [, , , root = '', mountPoint = ''] = line.split(' ');
    if (/^\/etc\/(?:hostname|hosts|resolv\.conf)$/.test(mountPoint))
      ids.push(/containers\/([0-9a-f]{64})\//.exec(root)?.[1]);
  }
  return [...new Set(ids.filter((id) => id !== undefined))];
}

/** Whether this process lives in that container: the same root folder, or its id where root folders do not tell. */
export async function isOwnContainer({
  id,
  rootLayer,
}: {
  readonly id: string;
  readonly rootLayer?: string;
}): Promise<boolean> {
  const ours = await ownTraces();
  if (ours.rootLayer !== undefined && rootLayer !== undefined) return ours.rootLayer === rootLayer;
  return ours.ids.includes(id);
}

interface Traces {
  readonly ids: readonly string[];
  readonly rootLayer: string | undefined;
}

let traces: Promise<Traces> | undefined;

/** Read once: nobody moves to another container. */
function ownTraces(): Promise<Traces> {
  traces ??= readTraces();
  return traces;
}

async function readTraces(): Promise<Traces> {
  const [mounts, cgroup] = await Promise.all([readIfThere('/proc/self/mountinfo'), readIfThere('/proc/self/cgroup')]);
  return { ids: containerIdsIn(mounts, cgroup), rootLayer: rootLayerIn(mounts) };
}

/** The writable layer under `/`, as the kernel mounted it (overlayfs); undefined with another storage driver. */
export function rootLayerIn(mountinfo: string): string | undefined {
  const root = mountinfo.split('\n').findLast((line) => line.split(' ')[4] === '/');
  return /[ ,]upperdir=([^, ]+)/.exec(root ?? '')?.[1];
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    // No /proc: not Linux, so not in a Linux container either.
    return '';
  }
}
