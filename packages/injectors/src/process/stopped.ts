import { readdir } from 'node:fs/promises';
import { readStatus, readThreadStatus } from './process-status.ts';

/** `t`: under a tracer a stop looks the same whoever it came from. */
const STANDING = ['T', 't'];

/**
 * Whether a process stands still, or is about to. The main thread does not speak for the others, since it may end before
 * them. A thread in an uninterruptible wait stops only when the wait is over: until then the stop is pending.
 */
export async function isStopped(pid: number): Promise<boolean> {
  // First what is pending: once it no longer is, a thread stands.
  if ((await readStatus(pid))?.pending('SIGSTOP') === true) return true;
  for (const thread of await threadsOf(pid)) {
    const state = (await readThreadStatus(pid, thread))?.state;
    if (state !== undefined && STANDING.includes(state)) return true;
  }
  return false;
}

async function threadsOf(pid: number): Promise<readonly string[]> {
  try {
    return await readdir(`/proc/${pid}/task`);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // It has ended.
    if (code === 'ENOENT' || code === 'ESRCH') return [];
    throw error;
  }
}
