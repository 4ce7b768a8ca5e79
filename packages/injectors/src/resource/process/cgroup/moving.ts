import { mkdir, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ChaosError, type FaultContext } from '@bridge/chaos-core';
import { processTree } from '../../../process/process-tree.ts';
import { occupants, readIfThere, writeIfThere } from './group-file.ts';

/** A process forks while it is moved at most so many times before that is given up. */
const PASSES = 200;
const PAUSE = 20;

interface Made {
  readonly folder: string;
  readonly home: string;
}

/** Makes the group; does nothing where it is there already. */
export async function makeGroup(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

/** Moves a tree into the group made for it, with what it starts meanwhile. Members in groups of their own stay there. */
export async function moveIn({ folder, home }: Made, pid: number, { clock, signal }: FaultContext): Promise<void> {
  for (let pass = 0; pass < PASSES; pass += 1) {
    // What is just being forked or just ending is not moved by the first attempt.
    if (pass > 1) await clock.sleep(PAUSE, { signal });
    const atHome = new Set(await occupants(home));
    const left = (await processTree(pid)).filter((stat) => atHome.has(stat.pid));
    if (left.length === 0) return;
    for (const stat of left) await writeIfThere(`${folder}/cgroup.procs`, String(stat.pid));
  }
  throw stillThere(home, folder);
}

/** Moves everything back to where the tree came from and removes the group. Harmless when that has been done. */
export async function moveOut({ folder, home }: Made, { clock, signal }: FaultContext): Promise<void> {
  for (let pass = 0; pass < PASSES; pass += 1) {
    signal.throwIfAborted();
    const there = await occupants(folder);
    if (there.length === 0 && (await removed(folder))) return;
    const back = await nearest(home);
    for (const pid of there) await writeIfThere(`${back}/cgroup.procs`, String(pid));
    // What is just ending keeps a group for a moment.
    if (there.length === 0) await clock.sleep(PAUSE);
  }
  throw stillThere(folder, home);
}

async function removed(folder: string): Promise<boolean> {
  try {
    await rmdir(folder);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return true;
    if (code === 'EBUSY' || code === 'ENOTEMPTY') return false;
    throw error;
  }
}

/** The group, or the one above it where a supervisor has removed it meanwhile. */
async function nearest(home: string): Promise<string> {
  let folder = home;
  while (folder !== '/' && (await readIfThere(`${folder}/cgroup.procs`)) === undefined) folder = dirname(folder);
  return folder;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function stillThere(from: string, to: string): ChaosError {
  return new ChaosError(
    'CHAOS_FAULT_FAILED',
    `expected to move processes from ${from} to ${to}, but some stay or there are groups below it; see cgroup.procs there`,
  );
}
