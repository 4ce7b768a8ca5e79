import { readdir } from 'node:fs/promises';
import * as z from 'zod';
import { type ProcessStat, readProc, readStat } from '../../process/process-stat.ts';

/** By what processes are known that a tree has started since; those whose parent has ended have another one now. */
export const lineage = z.object({
  /** Clock ticks after boot. */
  since: z.int(),
  /** Pids that may have been given orphans of the tree: init, and what adopts in its place. */
  adopters: z.array(z.int()),
  /** What `/proc/PID/cgroup` said, which is inherited. */
  cgroup: z.string(),
});
export type Lineage = z.output<typeof lineage>;

/** The lineage of what a process starts from now on. */
export async function lineageOf(pid: number, since: number): Promise<Lineage> {
  const ancestors: ProcessStat[] = [];
  let above = await readStat((await readStat(pid))?.parent ?? 0);
  while (above !== undefined) {
    ancestors.push(above);
    above = await readStat(above.parent);
  }
  // Whoever started it has other children, which are none of its own; only service managers adopt as well.
  const adopters = ancestors.filter((one, at) => at > 0 || one.pid === 1 || one.name === 'systemd');
  return { since, adopters: adopters.map((one) => one.pid), cgroup: await cgroupOf(pid) };
}

/** Those that were started since by one of these, or by their descendants. */
export async function heirsOf(
  { since, adopters, cgroup }: Lineage,
  roots: readonly number[],
): Promise<readonly ProcessStat[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const stats = await Promise.all(pids.map(readStat));
  const young = stats.filter((stat) => stat !== undefined && Number(stat.ticks) >= since && !roots.includes(stat.pid));
  const family = new Set(roots);
  const heirs: ProcessStat[] = [];
  // A child may have a smaller pid than its parent: until nobody is added.
  for (let before = -1; before < heirs.length; ) {
    before = heirs.length;
    for (const stat of young) {
      if (stat === undefined || family.has(stat.pid)) continue;
      const orphan = adopters.includes(stat.parent) && (await cgroupOf(stat.pid)) === cgroup;
      if (!orphan && !family.has(stat.parent)) continue;
      family.add(stat.pid);
      heirs.push(stat);
    }
  }
  return heirs;
}

/** Without the groups that this project's limits put between. */
async function cgroupOf(pid: number): Promise<string> {
  return ((await readProc(pid, 'cgroup')) ?? '').replace(/\/bridge-chaos-limit-[^/\n]*/g, '').replace(/:$/gm, ':/');
}
