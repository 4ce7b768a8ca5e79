import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ChaosError, messageOf } from '@bridge/chaos-core';
import { livingProcess, type ProcessIdentity } from './process-identity.ts';
import type { WatchedProcess } from './watched-process.ts';

export interface StartedProcess {
  readonly identity: ProcessIdentity;
  /** Resolves with the exit code, `null` for a signal. */
  readonly ended: Promise<number | null>;
}

/** What the child says once it is on record. */
const BEGINS = 'begins\n';

/**
 * Writes its process id and start time to the file `$0`, at once, and then becomes the program: both stay the same. The
 * program only begins when it is on record, whatever becomes of the one that started it. Says on 3 that it does, or why
 * not; in a subshell, since that ends where nobody listens any more. `mv` is found whatever the program's PATH is.
 */
const RECORDED = `
identity() { shift 19; echo "$$ $1"; }
{
  command -v "$1" >/dev/null || { printf 'no program %s\\n' "$1" >&2; exit 127; }
  read -r stat < "/proc/$$/stat" && identity \${stat##*) } > "$0.$$" && PATH="/usr/bin:/bin:$PATH" mv -f "$0.$$" "$0"
} 2>&3 && { (echo begins >&3); exec "$@" 3>&-; }
`;

/**
 * Starts a process in a session of its own: it outlives the one that started it, and is on record in its pid file before
 * its program begins. Throws `CHAOS_RESTART_FAILED` when it cannot be started or recorded, or ends at once.
 */
export async function startProcess(watched: WatchedProcess): Promise<StartedProcess> {
  const { name, cwd, logFile } = watched;
  const pidFile = resolve(watched.pidFile);
  await mkdir(dirname(pidFile), { recursive: true });
  const log = logFile === undefined ? undefined : await open(logFile, 'a');
  try {
    const output = log?.fd ?? 'ignore';
    const env = { ...process.env, ...watched.env };
    const child = spawn('/bin/sh', ['-c', RECORDED, pidFile, ...unfit(env), ...watched.command], {
      cwd,
      env,
      detached: true,
      stdio: ['ignore', output, output, 'pipe'],
    });
    child.unref();
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    const [said] = await Promise.all([whatSays(child), once(child, 'spawn')]);
    if (said !== '' && !said.endsWith(BEGINS)) throw new Error(said.trim());
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

async function whatSays({ stdio: [, , , words] }: ChildProcess): Promise<string> {
  return words instanceof Readable ? text(words) : '';
}

/** What gives a program the variables that a shell does not hand on, for their names. */
function unfit(env: NodeJS.ProcessEnv): readonly string[] {
  const names = Object.keys(env).filter((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  return names.length === 0 ? [] : ['/usr/bin/env', ...names.map((name) => `${name}=${env[name]}`)];
}
