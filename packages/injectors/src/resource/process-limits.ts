import { ChaosError } from '@bridge/chaos-core';
import type { AgentAnswer, Agents } from '../container/agent/agents.ts';
import type { CallContext } from '../docker/connection.ts';
import type { CgroupOwner } from './limit/cgroup-files.ts';

/** The limit on open files of one process, as the kernel has it. */
export interface OpenFiles {
  readonly pid: number;
  /** Start time in clock ticks: a pid is another process's later. */
  readonly ticks: string;
  /** -1 for none. */
  readonly soft: number;
  /** The number that its next file would get; -1 when that cannot be seen, or the limit may not be changed. */
  readonly next: number;
}

/** Every process of a container. */
export async function readLimits(
  agents: Agents,
  owner: CgroupOwner,
  context: CallContext,
): Promise<readonly OpenFiles[]> {
  const { output } = await askLimits(agents, owner, ['get'], context);
  return output
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [pid, ticks = '', soft, next] = line.split(' ');
      return { pid: Number(pid), ticks, soft: Number(soft), next: Number(next) };
    });
}

/** Has the agent read or change limits of a container's processes. */
export async function askLimits(
  agents: Agents,
  { connection, id, pid, name }: CgroupOwner,
  args: readonly string[],
  context: CallContext,
): Promise<AgentAnswer> {
  const answer = await agents.run(connection, ['limits', id, String(pid), ...args], context);
  if (answer.code === 0) return answer;
  throw new ChaosError(
    'CHAOS_FAULT_FAILED',
    `expected to ${args[0]} limits of processes of container ${name}, got ${answer.complaint}; see whether the engine allows --pid host with SETUID and SYS_PTRACE`,
  );
}
