import { deadline } from '@bridge/chaos-core';
import type Docker from 'dockerode';
import { connectDocker } from '../../probe/container/docker-connection.ts';
import type { WatchContext } from '../watch-source.ts';
import { OWNER_LABEL, ownershipOf } from './ownership.ts';
import type { OwnedObject, StraySource } from './stray-source.ts';

const ANSWER = 10_000;
const STOP_SECONDS = 10;
const REMOVAL = 30_000;

/** Containers that carry ownership labels on one Docker engine. */
export function dockerStrays(host: string | undefined): StraySource {
  let client: Promise<Docker> | undefined;
  const docker = (): Promise<Docker> => {
    client ??= connectDocker(host);
    return client;
  };
  return {
    async list(owner, { clock, signal }) {
      using limit = deadline(clock, ANSWER, signal);
      const filters = { label: [`${OWNER_LABEL}=${owner}`] };
      const found = await (await docker()).listContainers({ all: true, filters, abortSignal: limit.signal });
      return found.flatMap(({ Id, Names, Labels, Created }): OwnedObject[] => {
        const ownership = ownershipOf(Labels);
        if (ownership === undefined) return [];
        return [{ id: Id, name: (Names[0] ?? Id).replace(/^\//, ''), createdAt: String(Created), ownership }];
      });
    },
    async release({ id }, context) {
      await remove((await docker()).getContainer(id), context);
    },
  };
}

async function remove(container: Docker.Container, { clock, signal }: WatchContext): Promise<void> {
  using limit = deadline(clock, REMOVAL, signal);
  const abortSignal = limit.signal;
  try {
    await container.stop({ t: STOP_SECONDS, abortSignal });
  } catch (error) {
    // 304: it does not run; 404: it is gone.
    if (!isStatus(error, 304, 404)) throw error;
  }
  try {
    await container.remove({ v: true, force: true, abortSignal });
  } catch (error) {
    // 409: its removal is on its way already.
    if (!isStatus(error, 404, 409)) throw error;
  }
}

function isStatus(error: unknown, ...statuses: readonly number[]): boolean {
  return error instanceof Error && 'statusCode' in error && statuses.some((status) => status === error.statusCode);
}
