import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { ChaosError, messageOf } from '@bridge/chaos-core';
import { livingProcess, type ProcessIdentity } from './process-identity.ts';
import type { WatchedProcess } from './watched-process.ts';

export interface StartedProcess {
  readonly identity: ProcessIdentity;
  /** Resolves with the exit code, `null` for a signal. */
  readonly ended: Promise<number | null>;
}

/**
 * Starts a process in a session of its own: it outlives the one that started it. Throws `CHAOS_RESTART_FAILED` when it
 * cannot be started or ends at once.
 */
export async function startProcess({ name, command, cwd, env, logFile }: WatchedProcess): Promise<StartedProcess> {
  const [file, ...args] = command;
  const log = logFile === undefined ? undefined : await open(logFile, 'a');
  try {
    const output = log?.fd ?? 'ignore';
    const child = spawn(file, args, {
      cwd,
      env: { ...process.env, ...env },
      detached: true,
      stdio: ['ignore', output, output],
    });
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    await once(child, 'spawn');
    child.unref();
    const identity = child.pid === undefined ? undefined : await livingProcess(child.pid);
    if (identity === undefined) throw new Error(`it ended at once with exit code ${await ended}`);
    return { identity, ended };
  } catch (cause) {
    throw new ChaosError('CHAOS_RESTART_FAILED', `expected process ${name} to start, got ${messageOf(cause)}`, {
      cause,
    });
  } finally {
    await log?.close();
  }
}
