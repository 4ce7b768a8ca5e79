import { readdir, readFile } from 'node:fs/promises';
import { readProc } from '../../process/process-stat.ts';

/** The soft limit on open files of a process, -1 for none; undefined when it has ended. */
export async function softLimit(pid: number): Promise<number | undefined> {
  const [, soft] = /^Max open files\s+(\S+)/m.exec((await readProc(pid, 'limits')) ?? '') ?? [];
  if (soft === undefined) return undefined;
  return soft === 'unlimited' ? -1 : Number(soft);
}

/** The number that its next file would get; undefined when that may not be seen, or it has ended. */
export async function nextFile(pid: number): Promise<number | undefined> {
  try {
    const used = new Set((await readdir(`/proc/${pid}/fd`)).map(Number));
    let next = 0;
    while (used.has(next)) next += 1;
    return next;
  } catch {
    // Ended, or another user's: either way there is nothing to count.
    return undefined;
  }
}

/** Now, as the kernel counts start times: clock ticks of 10 ms since boot (proc_pid_stat(5), USER_HZ). */
export async function ticksNow(): Promise<number> {
  const [seconds = '0'] = (await readFile('/proc/uptime', 'utf8')).split(' ');
  return Math.floor(Number(seconds) * 100);
}
