import { join } from 'node:path';
import { announce, generations, lockFolder, type Presence, visit } from './presence.ts';
import { assertRoomForSockets, type StateFolder, stateFolder } from './state-folder.ts';

/** A directory that belongs to this process, until it is disposed or the process dies, however it dies. */
export interface ExclusiveHold extends AsyncDisposable {
  /** Rises with every owner of the directory; never used twice. */
  readonly generation: number;
  /** False when somebody removed the lock by hand and another took the directory. */
  isHeld(): Promise<boolean>;
}

/** Who holds a directory. `pid` is missing when the process is stopped or busy. */
export interface ExclusiveHolder {
  readonly generation: number;
  readonly pid?: number;
}

/**
 * Takes a directory for this process alone, without a lease and without waiting. The kernel gives it back when the
 * process dies; a stopped process keeps it. Never keeps the process alive.
 *
 * Throws `CHAOS_STATE_LOCKED` while another has it, `CHAOS_STATE_UNUSABLE` where no sockets or links can be made.
 */
export async function holdExclusively(directory: string): Promise<ExclusiveHold> {
  const folder = stateFolder(directory);
  assertRoomForSockets(folder);
  const presence = await announce(folder, 'holder');
  try {
    return holdOf(folder, presence, await lockFolder(folder, presence));
  } catch (error) {
    await presence[Symbol.asyncDispose]();
    throw error;
  }
}

function holdOf(folder: StateFolder, presence: Presence, generation: number): ExclusiveHold {
  return {
    generation,
    isHeld: async () => {
      const [highest] = await generations(folder);
      if (highest !== generation) return false;
      const holder = await visit(join(folder.path, `lock.${generation}`));
      return holder.alive && holder.card?.instance === presence.card.instance;
    },
    [Symbol.asyncDispose]: () => presence[Symbol.asyncDispose](),
  };
}

/** The living holder of a directory, or undefined when it is free or not there. */
export async function exclusiveHolder(directory: string): Promise<ExclusiveHolder | undefined> {
  const folder = stateFolder(directory);
  const [highest] = await generations(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  if (highest === undefined) return undefined;
  const holder = await visit(join(folder.path, `lock.${highest}`));
  if (!holder.alive) return undefined;
  return holder.card === undefined ? { generation: highest } : { generation: highest, pid: holder.card.pid };
}
