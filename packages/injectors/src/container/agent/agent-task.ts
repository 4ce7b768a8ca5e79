import type Docker from 'dockerode';
import { HELPER_LABEL } from '../protection.ts';
import { AGENT } from './agent-image.ts';

/** What an agent may do; nothing beyond. */
export interface AgentRights {
  /** Value of the helper label. */
  readonly purpose: string;
  /** Capabilities it keeps; every other one is dropped. */
  readonly capabilities: readonly string[];
  /** Whether it may write the engine's cgroups. */
  readonly cgroups?: boolean;
  /** Docker network mode; `none` without it. */
  readonly network?: string;
}

export interface AgentTask extends AgentRights {
  /** Unique; under it a later process finds and removes what is left. */
  readonly name: string;
  /** Arguments of the agent, as data. */
  readonly args: readonly string[];
}

// The types of the client library do not know it.
const HOST_CGROUPS: object = { CgroupnsMode: 'host' };

/** A container that runs the agent in the host's pid namespace, with a read-only root and its own stdin. */
export function agentContainer(task: AgentTask, image: string): Docker.ContainerCreateOptions {
  const { name, purpose, args, capabilities, cgroups = false, network = 'none' } = task;
  return {
    name,
    Image: image,
    Entrypoint: [AGENT],
    Cmd: [...args],
    User: '0',
    Labels: { [HELPER_LABEL]: purpose },
    OpenStdin: true,
    // The end of whoever started it closes stdin, and that ends it.
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: {
      AutoRemove: true,
      PidMode: 'host',
      UsernsMode: 'host',
      ...HOST_CGROUPS,
      NetworkMode: network,
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      CapAdd: [...capabilities],
      SecurityOpt: ['no-new-privileges'],
      ...(cgroups ? { Binds: ['/sys/fs/cgroup:/sys/fs/cgroup:rw'] } : {}),
    },
  };
}
