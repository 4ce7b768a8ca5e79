import type { ContainerInspectInfo } from 'dockerode';
import type { CallContext, DockerConnection } from '../docker/connection.ts';

/** What the engine knows of a container, as it says it. Rejects with status 404 when it does not know it. */
export function inspectContainer(
  connection: DockerConnection,
  id: string,
  context: CallContext,
): Promise<ContainerInspectInfo> {
  return connection.call(context, {
    what: `inspect container ${id.slice(0, 12)}`,
    send: (docker, abortSignal) => docker.getContainer(id).inspect({ abortSignal }),
  });
}
