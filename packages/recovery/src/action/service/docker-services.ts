import type Docker from 'dockerode';
import { connectDocker } from '../../probe/container/docker-connection.ts';
import type { ActionContext } from '../action.ts';
import { failed } from '../action-failure.ts';
import type { ServiceControl } from './service-control.ts';

/** As long as Docker's own lists show an id, or longer. */
const ID = /^[0-9a-f]{12,64}$/;

/**
 * Services are containers of this Docker engine, by name or id (at least the 12 digits that Docker shows). Default:
 * DOCKER_HOST, then the local socket.
 */
export function dockerServices({ host }: { readonly host?: string } = {}): ServiceControl {
  let client: Promise<Docker> | undefined;
  const find = async (service: string, { signal }: ActionContext): Promise<Docker.Container | undefined> => {
    client ??= connectDocker(host);
    return findContainer(await client, service, signal);
  };
  const container = async (service: string, context: ActionContext): Promise<Docker.Container> => {
    const found = await find(service, context);
    if (found === undefined) throw failed('service', `no container ${JSON.stringify(service)}`);
    return found;
  };
  return {
    async state(service, context) {
      try {
        const inspected = await (await find(service, context))?.inspect({ abortSignal: context.signal });
        if (inspected === undefined) return undefined;
        const { State } = inspected;
        if (State.Paused) return 'paused';
        return State.Running && !State.Restarting ? 'running' : 'stopped';
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    },
    async incarnation(service, context) {
      const { State } = await (await container(service, context)).inspect({ abortSignal: context.signal });
      return State.StartedAt;
    },
    async pause(service, context) {
      await (await container(service, context)).pause({ abortSignal: context.signal });
    },
    async resume(service, context) {
      await (await container(service, context)).unpause({ abortSignal: context.signal });
    },
    async restart(service, context) {
      await (await container(service, context)).restart({ abortSignal: context.signal });
    },
    async stop(service, context) {
      await (await container(service, context)).stop({ abortSignal: context.signal });
    },
  };
}

/** Looked up by its whole name, since the engine takes a name that nobody has for the beginning of an id. */
async function findContainer(
  docker: Docker,
  service: string,
  abortSignal: AbortSignal,
): Promise<Docker.Container | undefined> {
  const listed = await docker.listContainers({ all: true, filters: { name: [service] }, abortSignal });
  const named = listed.find(({ Names }) => Names.includes(`/${service}`));
  if (named !== undefined) return docker.getContainer(named.Id);
  return ID.test(service) ? docker.getContainer(service) : undefined;
}

function statusOf(error: unknown): unknown {
  return error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
}
