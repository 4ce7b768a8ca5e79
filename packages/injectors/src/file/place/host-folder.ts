import { constants } from 'node:fs';
import { type FileHandle, open, realpath, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { ChaosError } from '@bridge/chaos-core';

const DIRECTORY = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** proc, sysfs, cgroup, cgroup2, devpts, debugfs, tracefs: what looks like files there is the kernel. */
const KERNEL = new Set([0x9fa0, 0x62656572, 0x27e0eb, 0x63677270, 0x1cd1, 0x64626720, 0x74726163]);

/** A folder that is held open. Names under {@link HostFolder.at} cannot lead elsewhere, whatever is renamed meanwhile. */
export interface HostFolder extends AsyncDisposable {
  readonly handle: FileHandle;
  at(name: string): string;
}

/**
 * Opens a folder step by step from the top without following a link (openat(2) through `/proc/self/fd`), so that no link
 * and no rename can lead out of it. Undefined when it is not there, or no folder, or behind a link by now.
 */
export async function openFolder(path: string): Promise<HostFolder | undefined> {
  if (process.platform !== 'linux') return openResolved(path);
  let handle = await open('/', DIRECTORY);
  for (const part of path.split('/').filter((one) => one !== '')) {
    const above = handle;
    try {
      handle = await open(`/proc/self/fd/${above.fd}/${part}`, DIRECTORY);
    } catch (error) {
      if (isAbsence(error)) return undefined;
      throw unreadable(path, error);
    } finally {
      await above.close();
    }
  }
  const { type } = await statfs(`/proc/self/fd/${handle.fd}`);
  const folder = folderOf(handle, `/proc/self/fd/${handle.fd}`);
  if (!KERNEL.has(type)) return folder;
  await handle.close();
  throw new ChaosError('CHAOS_FAULT_IMPOSSIBLE', `${path} belongs to the kernel; choose a folder on a disk`);
}

// Elsewhere there is no way to open relative to a folder: the path is resolved again before every step.
async function openResolved(path: string): Promise<HostFolder | undefined> {
  try {
    if ((await realpath(path)) !== path) return undefined;
    return folderOf(await open(path, DIRECTORY), path);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw unreadable(path, error);
  }
}

function folderOf(handle: FileHandle, base: string): HostFolder {
  return { handle, at: (name) => join(base, name), [Symbol.asyncDispose]: () => handle.close() };
}

function unreadable(path: string, cause: unknown): ChaosError {
  return new ChaosError(
    'CHAOS_FAULT_IMPOSSIBLE',
    `expected to read folder ${path}, got ${String(cause)}; run as a user who may`,
    { cause },
  );
}

export function isAbsence(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(codeOf(error));
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
