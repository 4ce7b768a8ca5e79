import { listProcesses } from './process-list.ts';
import type { ProcessStat } from './process-stat.ts';
import { protectionOf } from './protection.ts';

/**
 * A process and all that descends from it, parents first. What nobody may break, such as the guardian of an engine that
 * lives in that process, is left out with everything below it.
 */
export async function processTree(pid: number): Promise<readonly ProcessStat[]> {
  const all = (await listProcesses(undefined)).map(({ stat }) => stat);
  const tree = all.filter((stat) => stat.pid === pid);
  // It grows while it is walked: children of children come later.
  for (const { pid: parent } of tree) {
    for (const stat of all) {
      if (stat.parent === parent && (await protectionOf(stat.pid)) === undefined) tree.push(stat);
    }
  }
  return tree;
}
