import { ChaosError } from '@bridge/chaos-core';
import type { Agents } from '../../container/agent/agents.ts';
import type { CallContext } from '../../docker/connection.ts';

/** Whose cgroup: a container with its main process. */
export interface CgroupOwner {
  readonly connection: string;
  readonly id: string;
  readonly name: string;
  readonly pid: number;
}

/** Files of a container's cgroup, by name; undefined for those the kernel does not have. */
export async function readCgroup<const Name extends string>(
  agents: Agents,
  owner: CgroupOwner,
  names: readonly Name[],
  context: CallContext,
): Promise<ReadonlyMap<Name, string | undefined>> {
  const output = await asked(agents, owner, ['get', ...names], context);
  const parts = output.split('\0');
  return new Map(
    names.map((name, at) => {
      const part = parts[at] ?? '-';
      return [name, part.startsWith('+') ? part.slice(1).trim() : undefined];
    }),
  );
}

/** Writes files of a container's cgroup, in this order. */
export async function writeCgroup(
  agents: Agents,
  owner: CgroupOwner,
  values: readonly (readonly [name: string, value: string])[],
  context: CallContext,
): Promise<void> {
  await asked(agents, owner, ['set', ...values.flat()], context);
}

async function asked(
  agents: Agents,
  { connection, id, name, pid }: CgroupOwner,
  args: readonly string[],
  context: CallContext,
): Promise<string> {
  const answer = await agents.run(connection, ['cgroup', id, String(pid), ...args], context);
  if (answer.code === 0) return answer.output.toString();
  throw new ChaosError(
    'CHAOS_FAULT_FAILED',
    `expected to ${args[0]} ${args[1]} of the cgroup of container ${name}, got ${answer.complaint || `code ${answer.code}`}`,
  );
}
