import type { Agents } from '../../container/agent/agents.ts';
import { DockerContainer } from '../../container/docker-container.ts';
import type { CallContext } from '../../docker/connection.ts';
import type { DockerConnections } from '../../docker/connections.ts';

/** What the kernel says of one process of an agent that presses. */
export interface Worker {
  readonly pid: number;
  /** Clock ticks of CPU it has used. */
  readonly ticks: number;
  /** Bytes of memory it has. */
  readonly memory: number;
  /** Bytes of the file that it holds. */
  readonly filled: number;
  /** Established connections to the asked port, in its network. */
  readonly connections: number;
}

/** The workers of an agent by its mark, seen from another process; undefined when its container does not run. */
export async function workersOf(
  { connections, agents }: { readonly connections: DockerConnections; readonly agents: Agents },
  place: { readonly connection: string; readonly agent: string; readonly port?: number | undefined },
  context: CallContext,
): Promise<readonly Worker[] | undefined> {
  const container = new DockerContainer(connections.get(place.connection), place.agent, context);
  if ((await container.inspect())?.status !== 'running') return undefined;
  const args = ['look', place.agent, String(place.port ?? 0)];
  const { output } = await agents.run(place.connection, args, context);
  return workersIn(output.toString());
}

/** What the agent says about the processes of one mark. */
export function workersIn(said: string): readonly Worker[] {
  const lines = said
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' ').map(Number));
  const all = new Set(lines.map(([pid]) => pid));
  // The one whose parent is none of them only watches over the others.
  return lines
    .filter(([, parent]) => all.has(parent))
    .map(([pid = 0, , ticks = 0, memory = 0, filled = 0, established = 0]) => ({
      pid,
      ticks,
      memory,
      filled,
      connections: established,
    }));
}
