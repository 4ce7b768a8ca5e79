import { constants } from 'node:fs';
import { access, type FileHandle, lstat, open, rename } from 'node:fs/promises';
import { ChaosError, messageOf } from '@bridge/chaos-core';
import { setTimes } from './exact-times.ts';
import type { FilePlace, Stamping } from './file-place.ts';
import { held } from './held.ts';
import { codeOf, type HostFolder, isAbsence, openFolder } from './host-folder.ts';
import { takeBack } from './host-take-back.ts';
import { kindOf, type Look, momentOf, type Stamp } from './look.ts';

const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;
const SAFE = O_NOFOLLOW | O_NONBLOCK;
/** O_PATH, which Node.js does not name: needs no right to the file itself. Elsewhere it has to be readable. */
const PLACE = process.platform === 'linux' ? 0o10000000 : O_RDONLY;

/** A name in a folder of this machine; the folder's path holds no link. */
export function hostPlace(folder: string, name: string): FilePlace {
  const path = `${folder === '/' ? '' : folder}/${name}`;
  const within = async <T>(verb: string, act: (folder: HostFolder) => Promise<T>): Promise<T> => {
    await using opened = await openFolder(folder);
    if (opened === undefined) {
      throw new ChaosError(
        'CHAOS_TARGET_CHANGED',
        `folder ${folder} is gone or was replaced by a link; select it again`,
      );
    }
    try {
      return await act(opened);
    } catch (error) {
      throw refusal(verb, path, error);
    }
  };
  return {
    async look() {
      await using opened = await openFolder(folder);
      return opened === undefined ? 'gone' : await lookAt(opened.at(name));
    },
    read: (_context, longest) => within('read', (opened) => readFile(opened.at(name), longest)),
    write: (_context, content, stamping, create) =>
      within('write', async (opened) => {
        const flags = create ? O_WRONLY | O_CREAT | O_EXCL : O_WRONLY;
        await using handle = await open(opened.at(name), flags | SAFE, 0o600);
        await overwrite(handle, content);
        await stampOpen(handle, stamping);
        await handle.sync();
        if (create) await opened.handle.sync();
      }),
    stamp: (_context, stamp) =>
      within('change', async (opened) => {
        await using handle = await open(opened.at(name), PLACE | SAFE);
        const stat = await handle.stat();
        if (!stat.isFile() && !stat.isDirectory()) throw new Error('it is neither a file nor a folder');
        await stampOpen(handle, stamp);
        await syncStamp(opened, name);
      }),
    rename: (_context, to) =>
      within('rename', async (opened) => {
        if ((await lookAt(opened.at(to))) !== 'nothing') throw new Error(`${to} is there already`);
        await rename(opened.at(name), opened.at(to));
        await opened.handle.sync();
      }),
    takeBack: (_context, taking) =>
      within('take back', async (opened) => {
        const kept = takeBack(opened, name, taking);
        await opened.handle.sync();
        return kept;
      }),
    sibling: (other) => hostPlace(folder, other),
    async obstacle() {
      const writable = await access(path, constants.W_OK).then(
        () => true,
        () => false,
      );
      if (writable) return undefined;
      return { reason: `this user may not write ${path}`, remedy: 'run as its owner or as root' };
    },
  };
}

async function lookAt(path: string): Promise<Look | 'nothing'> {
  try {
    const stat = await lstat(path, { bigint: true });
    return {
      kind: kindOf(Number(stat.mode)),
      identity: `${stat.dev}:${stat.ino}`,
      mode: Number(stat.mode) & 0o7777,
      uid: Number(stat.uid),
      gid: Number(stat.gid),
      links: Number(stat.nlink),
      size: Number(stat.size),
      accessed: momentOf(stat.atimeNs),
      modified: momentOf(stat.mtimeNs),
    };
  } catch (error) {
    if (isAbsence(error)) return 'nothing';
    throw error;
  }
}

async function readFile(path: string, longest: number): Promise<Buffer> {
  await using handle = await open(path, O_RDONLY | SAFE);
  const stat = await handle.stat();
  if (!stat.isFile()) throw new Error('it is no regular file');
  if (stat.size > longest) throw new Error(`it has ${stat.size} bytes, more than ${longest}`);
  return await handle.readFile();
}

async function overwrite(handle: FileHandle, content: Buffer): Promise<void> {
  if (!(await handle.stat()).isFile()) throw new Error('it is no regular file');
  for (let at = 0; at < content.length; ) {
    const { bytesWritten } = await handle.write(content, at, content.length - at, at);
    at += bytesWritten;
  }
  await handle.truncate(content.length);
}

async function stampOpen(handle: FileHandle, stamping: Stamping): Promise<void> {
  if (stamping === 'as it is') return;
  const file = held(handle);
  const { uid, gid } = await file.stat();
  // First, since a change of the owner clears setuid.
  if (Number(uid) !== stamping.uid || Number(gid) !== stamping.gid) await file.chown(stamping.uid, stamping.gid);
  await file.chmod(stamping.mode);
  await setTimes(file, stamping satisfies Stamp);
}

/** Makes it durable; where the file may not be opened by now, with its folder, to whose journal it belongs. */
async function syncStamp(folder: HostFolder, name: string): Promise<void> {
  try {
    await using handle = await open(folder.at(name), O_RDONLY | SAFE);
    await handle.sync();
  } catch (error) {
    if (codeOf(error) !== 'EACCES') throw error;
    await folder.handle.sync();
  }
}

const REMEDIES: Readonly<Record<string, string>> = {
  EACCES: 'run as a user who may, or as root',
  EPERM: 'run as its owner or as root; chattr(1) may have made it immutable',
  EROFS: 'its file system is mounted read-only',
  ETXTBSY: 'it is a program that runs now: use file.hide or file.permission',
  EBUSY: 'something is mounted on it: use file.replace instead of file.hide',
  ENOSPC: 'free some space',
};

function refusal(verb: string, path: string, cause: unknown): ChaosError {
  if (cause instanceof ChaosError) return cause;
  const remedy = REMEDIES[codeOf(cause)];
  return new ChaosError(
    remedy === undefined ? 'CHAOS_FAULT_FAILED' : 'CHAOS_FAULT_IMPOSSIBLE',
    `expected to ${verb} ${path}, got ${messageOf(cause)}${remedy === undefined ? '' : `; ${remedy}`}`,
    { cause },
  );
}
