import { isChaosError, messageOf, systemClock } from '@bridge/chaos-core';
import type { ContainerInspectInfo } from 'dockerode';
import type { CallContext, DockerConnection } from '../docker/connection.ts';
import type { DockerConnections } from '../docker/connections.ts';
import { refusalStatus } from '../docker/docker-error.ts';
import { factsOf } from './container-facts.ts';
import { inspectContainer } from './inspect-container.ts';
import { isOwnContainer, ownContainerIds } from './own-container.ts';

/** The container this process lives in, and the engine that runs it. */
export interface OwnContainer {
  readonly connection: DockerConnection;
  readonly inspected: ContainerInspectInfo;
}

/** Finds it on any of the engines; else says why there is none. */
export async function findOwnContainer(
  connections: DockerConnections,
): Promise<{ readonly own: OwnContainer } | { readonly reason: string }> {
  if ((await ownContainerIds()).length === 0) {
    return { reason: 'this process does not run in a Docker or Podman container' };
  }
  const reasons: string[] = [];
  for (const connection of connections.all) {
    try {
      const inspected = await findOn(connection);
      if (inspected !== undefined) return { own: { connection, inspected } };
      reasons.push(`"${connection.name}" does not run it`);
    } catch (error) {
      if (!isChaosError(error)) throw error;
      reasons.push(messageOf(error));
    }
  }
  return { reason: `no configured Docker engine knows the container of this process: ${reasons.join('; ')}` };
}

// First by the ids this process may have; then among all that run, since where another container's network is shared
// the only id to be seen may be that one's.
async function findOn(connection: DockerConnection): Promise<ContainerInspectInfo | undefined> {
  for (const id of await ownContainerIds()) {
    const inspected = await inspectIfOwn(connection, id);
    if (inspected !== undefined) return inspected;
  }
  const running = await connection.call(callContext(), {
    what: 'list containers',
    send: (docker, abortSignal) => docker.listContainers({ abortSignal }),
  });
  for (const { Id } of running) {
    const inspected = await inspectIfOwn(connection, Id);
    if (inspected !== undefined) return inspected;
  }
  return undefined;
}

async function inspectIfOwn(connection: DockerConnection, id: string): Promise<ContainerInspectInfo | undefined> {
  try {
    const inspected = await inspectContainer(connection, id, callContext());
    return inspected.State.Running && (await isOwnContainer(factsOf(inspected))) ? inspected : undefined;
  } catch (error) {
    if (refusalStatus(error) === 404) return undefined;
    throw error;
  }
}

/** For calls that belong to no fault and no run. */
export function callContext(): CallContext {
  return { clock: systemClock, signal: new AbortController().signal };
}
