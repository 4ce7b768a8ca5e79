import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Incarnation } from './control/protocol.ts';

const run = promisify(execFile);

/** Who this process is, so that another one can tell later whether it still lives. */
export async function ownIncarnation(): Promise<Incarnation> {
  return {
    pid: process.pid,
    start: (await startMark(process.pid)) ?? 'unknown',
    boot: await bootId(),
    namespace: await pidNamespace(),
  };
}

/** `unknown` when its pid counts in a namespace this process cannot see into. */
export async function lookAt(incarnation: Incarnation): Promise<'alive' | 'ended' | 'unknown'> {
  if ((await bootId()) !== incarnation.boot) return 'ended';
  if ((await pidNamespace()) !== incarnation.namespace) return 'unknown';
  return (await startMark(incarnation.pid)) === incarnation.start ? 'alive' : 'ended';
}

/** Undefined when there is no such process; a zombie has ended. */
async function startMark(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return startMarkOfPs(pid);
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // proc_pid_stat(5): fields behind the command, which is in brackets and may itself hold brackets and blanks.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.[0] === 'Z' || fields?.[0] === 'X' ? undefined : fields?.[19];
}

async function startMarkOfPs(pid: number): Promise<string | undefined> {
  const listed = await run('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => undefined);
  return listed?.stdout.trim() || undefined;
}

async function bootId(): Promise<string> {
  if (process.platform !== 'linux') return 'same';
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
}

async function pidNamespace(): Promise<string> {
  return process.platform === 'linux' ? await readlink('/proc/self/ns/pid') : 'same';
}
