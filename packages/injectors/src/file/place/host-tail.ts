import { constants, fstatSync, ftruncateSync } from 'node:fs';
import { type FileHandle, lstat, open, readdir } from 'node:fs/promises';
import { ChaosError, messageOf } from '@bridge/chaos-core';
import { addedIn, blanked, type Stretch } from './added-in.ts';
import { codeOf, type HostFolder, isAbsence, openFolder } from './host-folder.ts';

const { O_RDONLY, O_RDWR, O_WRONLY, O_APPEND, O_NOFOLLOW, O_NONBLOCK } = constants;
const SAFE = O_NOFOLLOW | O_NONBLOCK;
/** Most bytes after the place where something was added that are looked through. */
const LONGEST = 256 * 2 ** 20;

/** What was added at the end of a file, and the file whatever its name is by now. */
export interface Added {
  readonly folder: string;
  /** Device and inode. */
  readonly identity: string;
  /** Size of the file before. */
  readonly from: number;
  /** Every byte that was added. */
  readonly block: Buffer;
}

/** What became of it: cut off, as nothing was written after it; or overwritten in place. */
export type Removal = 'nothing' | 'cut' | 'overwritten';

/** Adds to the end of a file in one write, as loggers do: lines of others stay whole (O_APPEND, write(2)). */
export async function addToFile(folder: string, name: string, block: Buffer): Promise<void> {
  await using opened = await openFolder(folder);
  if (opened === undefined) {
    throw new ChaosError('CHAOS_TARGET_CHANGED', `folder ${folder} is gone or was replaced by a link; select it again`);
  }
  try {
    await using handle = await open(opened.at(name), O_WRONLY | O_APPEND | SAFE);
    if (!(await handle.stat()).isFile()) throw new Error('it is no regular file');
    const { bytesWritten } = await handle.write(block);
    await handle.sync();
    if (bytesWritten < block.length) throw new Error(`only ${bytesWritten} of ${block.length} bytes were taken`);
  } catch (cause) {
    const remedy = codeOf(cause) === 'ENOSPC' ? 'free some space' : 'run as a user who may write it';
    throw new ChaosError('CHAOS_FAULT_FAILED', `expected to add to ${name}, got ${messageOf(cause)}; ${remedy}`, {
      cause,
    });
  }
}

/** Whether it can be found; `gone` when the file is not in its folder any more, under whatever name. */
export async function findAdded(added: Added): Promise<'there' | 'removed' | 'gone'> {
  const found = await withFile(added, O_RDONLY, (handle) => placeOf(handle, added));
  if (found === 'gone') return 'gone';
  return found === undefined ? 'removed' : 'there';
}

/**
 * Takes it away without losing what others wrote since. Cutting the file where something follows would lose what is
 * written in between, as nothing can shut writers out: there, its letters are overwritten, and its lines stay. Where it
 * is the last, the look and the cut are two system calls in a row: a line written between the two is lost.
 */
export async function removeAdded(added: Added): Promise<Removal> {
  const removal = await withFile(added, O_RDWR, async (handle): Promise<Removal> => {
    const found = await placeOf(handle, added);
    if (found === undefined) return 'nothing';
    // First, since this can lose nothing whoever writes.
    await overwrite(handle, blanked(added.block).subarray(0, found.length), found.at);
    await handle.sync();
    if (!cutLast(handle.fd, found)) return 'overwritten';
    await handle.sync();
    return 'cut';
  });
  return removal === 'gone' ? 'nothing' : removal;
}

async function overwrite(handle: FileHandle, bytes: Buffer, from: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, from + done);
    done += bytesWritten;
  }
}

/** In one tick: whatever is awaited in between is time in which somebody may write. */
function cutLast(fd: number, { at, length }: Stretch): boolean {
  if (fstatSync(fd).size !== at + length) return false;
  ftruncateSync(fd, at);
  return true;
}

async function withFile<T>(
  { folder, identity }: Added,
  flags: number,
  act: (handle: FileHandle) => Promise<T>,
): Promise<T | 'gone'> {
  await using opened = await openFolder(folder);
  const name = opened === undefined ? undefined : await nameOf(opened, identity);
  if (opened === undefined || name === undefined) return 'gone';
  await using handle = await open(opened.at(name), flags | SAFE);
  const { dev, ino } = await handle.stat({ bigint: true });
  // Renamed between the look and the opening: the next look finds it.
  if (`${dev}:${ino}` !== identity) throw new ChaosError('CHAOS_TARGET_CHANGED', `${name} was replaced just now`);
  return await act(handle);
}

/** The file's name by now: a log may have been rotated. */
async function nameOf(folder: HostFolder, identity: string): Promise<string | undefined> {
  for (const name of await readdir(folder.at('.'))) {
    const { dev, ino } = (await lstat(folder.at(name), { bigint: true }).catch(unlessAbsent)) ?? {};
    if (`${dev}:${ino}` === identity) return name;
  }
  return undefined;
}

function unlessAbsent(error: unknown): undefined {
  if (!isAbsence(error)) throw error;
}

/** Where in the file it is; a file that is shorter than it was is looked through from its start. */
async function placeOf(handle: FileHandle, { from, block }: Added): Promise<Stretch | undefined> {
  const { size } = await handle.stat();
  const begin = size < from ? 0 : from;
  const length = Math.min(size - begin, LONGEST);
  const rest = Buffer.alloc(length);
  const { bytesRead } = await handle.read(rest, 0, length, begin);
  const bytes = rest.subarray(0, bytesRead);
  return addedIn({ bytes, begin, whole: begin + bytesRead === size }, block);
}
