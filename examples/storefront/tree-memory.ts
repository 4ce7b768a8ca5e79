import { readdir, readFile } from 'node:fs/promises';

const PAGE = 4096;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly bytes: number;
}

/** Bytes of memory that everything which this process started has in use, as the kernel tells (proc_pid_stat(5)). */
export async function treeMemory(): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const all = (await Promise.all(pids.map(processOf))).filter((one) => one !== undefined);
  const byParent = Map.groupBy(all, ({ parent }) => parent);
  const below = (pid: number): number =>
    (byParent.get(pid) ?? []).reduce((sum, child) => sum + child.bytes + below(child.pid), 0);
  return below(process.pid);
}

async function processOf(pid: string): Promise<Process | undefined> {
  // It may have ended since it was listed.
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pid: Number(pid), parent: Number(fields[1]), bytes: Number(fields[21]) * PAGE };
}
