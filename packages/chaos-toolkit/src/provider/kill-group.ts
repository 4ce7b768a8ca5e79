import type { ChildProcess } from 'node:child_process';

/**
 * Kills a child that leads a group of its own, with all it started. False where that is refused, as for a program that runs
 * as somebody else: it may still run then.
 */
export function killGroup({ pid }: ChildProcess): boolean {
  if (pid === undefined) return true;
  try {
    return process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // It ended by itself in the same moment.
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
