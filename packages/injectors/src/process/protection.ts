import { type ListedProcess, readProcess } from './process-list.ts';
import { readProc, readStat } from './process-stat.ts';

/** Programs that run containers: breaking them breaks the undo. */
const RUNTIMES = /^(?:dockerd|containerd|containerd-shim\S*|docker-proxy|podman|conmon|crio|runc)$/;
/** Entry modules of the SDK's own helper processes, from source, installed or next to a bundle. */
const HELPERS = /(?:^|\/)(?:guardian\/main|chaos-guardian|proxy\/plane\/\S+|proxy\/(?:data-)?plane)\.[cm]?[jt]s$/;
/** Set in the environment of every helper process the SDK starts. */
const HELPER_VARIABLE = /(?:^|\0)BRIDGE_CHAOS_HELPER=/;

/** Why nobody may break this process, or undefined. */
export async function protectionOf(pid: number): Promise<string | undefined> {
  if (pid === 1) return 'it is pid 1, which everything else depends on';
  if (pid === process.pid) return 'it is the process that runs the engine';
  if ((await ancestors(process.pid)).has(pid)) return 'it is a parent of the process that runs the engine';
  if ((await readStat(pid))?.kernelThread) return 'it is a kernel thread';
  const listed = await readProcess(pid);
  return listed === undefined ? undefined : protectedProgram(listed);
}

async function protectedProgram({ stat, command }: ListedProcess): Promise<string | undefined> {
  if (RUNTIMES.test(stat.name)) return `it runs containers (${stat.name})`;
  if (command.some((word) => HELPERS.test(word))) return 'it is a helper of the engine';
  const environment = await readProc(stat.pid, 'environ');
  return environment !== undefined && HELPER_VARIABLE.test(environment) ? 'it is a helper of the engine' : undefined;
}

async function ancestors(pid: number): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  let parent = (await readStat(pid))?.parent ?? 0;
  while (parent > 0 && !found.has(parent)) {
    found.add(parent);
    parent = (await readStat(parent))?.parent ?? 0;
  }
  return found;
}
