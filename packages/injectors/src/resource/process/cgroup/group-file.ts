import { access, constants, readFile, writeFile } from 'node:fs/promises';

/** A file of a cgroup without its last line break; undefined where the kernel does not have it (any more). */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trimEnd();
  } catch (error) {
    if (isOver(error)) return undefined;
    throw error;
  }
}

/** Writes a file of a cgroup. Resolves with false where it is not there (any more). */
export async function writeIfThere(path: string, value: string): Promise<boolean> {
  try {
    await writeFile(path, value, { flag: 'r+' });
    return true;
  } catch (error) {
    if (isOver(error)) return false;
    throw error;
  }
}

export async function mayWrite(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK);
    return true;
  } catch {
    // No permission, mounted read-only, not there: all the same to whoever asks beforehand.
    return false;
  }
}

/** The processes in a group; none when it is gone. */
export async function occupants(folder: string): Promise<readonly number[]> {
  const listed = await readIfThere(`${folder}/cgroup.procs`);
  return (listed ?? '').split('\n').filter(Boolean).map(Number);
}

/** The group, or the process that was to move, does not exist (any more). */
function isOver(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENODEV' || code === 'ESRCH';
}
