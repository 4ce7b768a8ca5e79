import { readdirSync, readFileSync } from 'node:fs';

/** Fields of `/proc/PID/stat` (proc(5)) behind the name, or undefined when there is no such process. */
function fieldsOf(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    // It has ended and was reaped.
    return undefined;
  }
}

/** False once it has ended, also while nobody has reaped it. */
export function isRunning(pid: number): boolean {
  const state = fieldsOf(pid)?.[0];
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/** Every process of a session (`setsid(2)`), whatever its parent. */
export function processesOfSession(session: number): readonly number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => Number(fieldsOf(pid)?.[3]) === session);
}
