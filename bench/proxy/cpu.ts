import { readFile } from 'node:fs/promises';

/** Ticks of `times` in proc_pid_stat(5), in milliseconds. */
const TICK = 10;

/** CPU time that a process has used, milliseconds. */
export async function cpuOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // Fields behind the command, which is in brackets and may itself hold brackets and blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK;
}
