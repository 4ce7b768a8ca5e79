import { mkdir, open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ChaosError, messageOf } from '../errors.ts';

/** Linux cuts longer Unix socket paths without a word (sun_path is 108 bytes with its terminator). */
const LONGEST_SOCKET_PATH = 107;

/** Where everything of one engine lives on disk. All paths are absolute from construction on. */
export interface StateFolder {
  readonly path: string;
  /** One file per fault that is not proven undone. */
  readonly live: string;
  /** Outcomes written by a guardian, waiting to be reported by the next start(). */
  readonly settled: string;
  /** One Unix socket per living engine or guardian: its presence. */
  readonly alive: string;
  readonly guardianLog: string;
}

/** Names the parts of a state folder without touching the disk. */
export function stateFolder(path: string): StateFolder {
  const root = resolve(path);
  return {
    path: root,
    live: join(root, 'live'),
    settled: join(root, 'settled'),
    alive: join(root, 'alive'),
    guardianLog: join(root, 'guardian.log'),
  };
}

/** Throws `CHAOS_STATE_UNUSABLE` when the path leaves no room for the sockets inside. */
export function assertRoomForSockets(folder: StateFolder): void {
  const socket = join(folder.alive, '0123456789abcdef.sock');
  if (Buffer.byteLength(socket) > LONGEST_SOCKET_PATH) {
    throw new ChaosError(
      'CHAOS_STATE_UNUSABLE',
      `expected a state folder of at most ${LONGEST_SOCKET_PATH - 28} bytes, since Unix socket paths are limited to ` +
        `${LONGEST_SOCKET_PATH}; got ${folder.path} (${Buffer.byteLength(folder.path)} bytes). Set \`state\` to a shorter path.`,
    );
  }
}

/** Creates the folder (mode 0700). Throws `CHAOS_STATE_UNUSABLE` when it cannot hold what it must. */
export async function prepareStateFolder(folder: StateFolder): Promise<void> {
  assertRoomForSockets(folder);
  try {
    for (const part of [folder.path, folder.live, folder.settled, folder.alive]) {
      await mkdir(part, { recursive: true, mode: 0o700 });
    }
  } catch (cause) {
    throw new ChaosError(
      'CHAOS_STATE_UNUSABLE',
      `expected a writable state folder, got ${folder.path}: ${messageOf(cause)}. Set \`state\` to a writable path.`,
      { cause },
    );
  }
}

/** Makes names in a directory durable: a file is only safe once its directory entry is. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
