import type Docker from 'dockerode';
import { connectDocker } from '../../probe/container/docker-connection.ts';
import type { ActionContext } from '../action.ts';
import type { ServiceControl } from './service-control.ts';

/** Services are containers of this Docker engine, by name or id. Default: DOCKER_HOST, then the local socket. */
export function dockerServices({ host }: { readonly host?: string } = {}): ServiceControl {
  let client: Promise<Docker> | undefined;
  const container = async (service: string): Promise<Docker.Container> => {
    client ??= connectDocker(host);
    return (await client).getContainer(service);
  };
  const inspect = async (service: string, { signal }: ActionContext): Promise<Docker.ContainerInspectInfo> =>
    (await container(service)).inspect({ abortSignal: signal });
  return {
    async state(service, context) {
      try {
        const { State } = await inspect(service, context);
        if (State.Paused) return 'paused';
        return State.Running && !State.Restarting ? 'running' : 'stopped';
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    },
    incarnation: async (service, context) => (await inspect(service, context)).State.StartedAt,
    async pause(service, { signal }) {
      await (await container(service)).pause({ abortSignal: signal });
    },
    async resume(service, { signal }) {
      await (await container(service)).unpause({ abortSignal: signal });
    },
    async restart(service, { signal }) {
      await (await container(service)).restart({ abortSignal: signal });
    },
    async stop(service, { signal }) {
      await (await container(service)).stop({ abortSignal: signal });
    },
  };
}

function statusOf(error: unknown): unknown {
  return error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
}
