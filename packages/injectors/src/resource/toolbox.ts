import type { Agents } from '../container/agent/agents.ts';
import type { HeldAgents } from '../container/agent/held-agents.ts';
import type { DockerConnections } from '../docker/connections.ts';
import type { ResourcesSettings } from './options.ts';

/** What every resource fault of one plugin works with. */
export interface ResourceToolbox {
  readonly connections: DockerConnections;
  /** For single steps: cgroup files, limits of processes, looks. */
  readonly agents: Agents;
  /** For what presses as long as its fault is held. */
  readonly held: HeldAgents;
  readonly settings: ResourcesSettings;
}

/** For single steps: writing cgroups, limits of processes in the name of their users, looking into their root. */
export const STEP_RIGHTS = {
  purpose: 'resource',
  capabilities: ['SYS_PTRACE', 'DAC_OVERRIDE', 'SETUID', 'SETGID'],
  cgroups: true,
};
