import type { BigIntStats } from 'node:fs';
import { chmod, chown, type FileHandle, utimes } from 'node:fs/promises';

/** An open file or folder whose owner, mode and times can be set. */
export interface Held {
  readonly fd: number;
  stat(): Promise<BigIntStats>;
  chown(uid: number, gid: number): Promise<void>;
  chmod(mode: number): Promise<void>;
  utimes(accessed: number, modified: number): Promise<void>;
}

/**
 * On Linux also one that was opened as a mere place (O_PATH), as its owner may open it whatever its mode: without that,
 * a mode without the right to read could never be taken back by an owner who is not root.
 */
export function held(handle: FileHandle): Held {
  const { fd } = handle;
  const stat = () => handle.stat({ bigint: true });
  if (process.platform !== 'linux') {
    return {
      fd,
      stat,
      chown: (uid, gid) => handle.chown(uid, gid),
      chmod: (mode) => handle.chmod(mode),
      utimes: (accessed, modified) => handle.utimes(accessed, modified),
    };
  }
  const way = `/proc/self/fd/${fd}`;
  return {
    fd,
    stat,
    chown: (uid, gid) => chown(way, uid, gid),
    chmod: (mode) => chmod(way, mode),
    utimes: (accessed, modified) => utimes(way, accessed, modified),
  };
}
