import type { EngineFacts } from '../docker/engine-facts.ts';
import type { Obstacle } from '../obstacle.ts';
import { requireNone } from './container-fault.ts';

/** A Docker engine that no root runs shares the machine's pid namespace with a container from here on (moby #41893). */
const SHARES_PIDS_SINCE = 23;

/** Why no agent of ours could act on the processes of an engine's containers; undefined where one can. */
export function whyOutOfReach({ flavour, rootless, version, cgroups }: EngineFacts): Obstacle | undefined {
  if (rootless && flavour === 'docker' && Number.parseInt(version, 10) < SHARES_PIDS_SINCE) {
    return {
      reason: `the rootless docker engine ${version} lets no container see the processes of another`,
      remedy: `use Docker ${SHARES_PIDS_SINCE} or newer, or an engine that root runs`,
    };
  }
  if (cgroups) return undefined;
  return {
    reason: `the rootless ${flavour} engine has no cgroups, by which the processes of a container are known`,
    remedy: 'boot with cgroup v2 and delegate it',
  };
}

/** @throws {ChaosError} `CHAOS_FAULT_IMPOSSIBLE` */
export function requireReach(name: string, engine: EngineFacts): void {
  requireNone(whyOutOfReach(engine), name, 'reached');
}

/** Why an engine cannot freeze its containers; undefined where it can. */
export function whyNotFreezable({ flavour, rootless, cgroup, cgroups }: EngineFacts): Obstacle | undefined {
  if (!rootless || (cgroups && cgroup === 2)) return undefined;
  return {
    reason: `the rootless ${flavour} engine cannot freeze without cgroup v2`,
    remedy: 'boot with cgroup v2 and delegate it',
  };
}

/** Why no agent could become one of a container's processes; undefined where it can. */
export function whyNotJoinable({ flavour, cgroup }: EngineFacts): Obstacle | undefined {
  if (flavour !== 'podman' || cgroup === 1) return undefined;
  // Its API has no way to ask for the host's; the kernel then lets nobody out of it (cgroups(7), nsdelegate).
  return {
    reason: 'Podman gives each container a cgroup namespace, out of which no process of ours may move',
    remedy: 'limit the resource instead (resource.cpu-limit, resource.memory-limit), or use an engine of Docker',
  };
}
