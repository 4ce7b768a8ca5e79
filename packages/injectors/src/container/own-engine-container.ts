import { isChaosError, messageOf, systemClock } from '@bridge/chaos-core';
import type { ContainerInspectInfo } from 'dockerode';
import type { CallContext, DockerConnection } from '../docker/connection.ts';
import type { DockerConnections } from '../docker/connections.ts';
import { refusalStatus } from '../docker/docker-error.ts';
import { ownContainerIds, ownRootLayer } from './own-container.ts';

/** The container this process lives in, and the engine that runs it. */
export interface OwnContainer {
  readonly connection: DockerConnection;
  readonly inspected: ContainerInspectInfo;
}

/** Finds it by asking every engine for every id this process may have; else says why there is none. */
export async function findOwnContainer(
  connections: DockerConnections,
): Promise<{ readonly own: OwnContainer } | { readonly reason: string }> {
  const ids = await ownContainerIds();
  if (ids.length === 0) return { reason: 'this process does not run in a Docker or Podman container' };
  const reasons: string[] = [];
  for (const connection of connections.all) {
    for (const id of ids) {
      const asked = await inspectRunning(connection, id);
      if (typeof asked !== 'string') return { own: { connection, inspected: asked } };
      reasons.push(asked);
    }
  }
  return { reason: `no configured Docker engine runs this container: ${[...new Set(reasons)].join('; ')}` };
}

async function inspectRunning(connection: DockerConnection, id: string): Promise<ContainerInspectInfo | string> {
  const short = id.slice(0, 12);
  try {
    const inspected = await connection.call(callContext(), {
      what: `inspect container ${short}`,
      send: (docker, abortSignal) => docker.getContainer(id).inspect({ abortSignal }),
    });
    if (!inspected.State.Running) return `"${connection.name}" says that ${short} is not running`;
    return (await hasOurRoot(inspected)) ? inspected : `${short} has another root folder than this process`;
  } catch (error) {
    if (refusalStatus(error) === 404) return `"${connection.name}" does not know ${short}`;
    if (isChaosError(error)) return messageOf(error);
    throw error;
  }
}

// A container that shares another one's network has that one's /etc/hosts, but a root folder of its own.
async function hasOurRoot({ GraphDriver }: ContainerInspectInfo): Promise<boolean> {
  const ours = await ownRootLayer();
  const its: unknown = Reflect.get(GraphDriver?.Data ?? {}, 'UpperDir');
  return ours === undefined || typeof its !== 'string' || ours === its;
}

/** For calls that belong to no fault and no run. */
export function callContext(): CallContext {
  return { clock: systemClock, signal: new AbortController().signal };
}
