import { ChaosError } from '@bridge/chaos-core';
import type { Container } from 'dockerode';
import type { CallContext, DockerConnection } from '../docker/connection.ts';
import { DockerContainer } from './docker-container.ts';
import { helperImage } from './helper-image.ts';
import { HELPER_LABEL } from './protection.ts';

export interface HelperTask {
  /** Unique; under it a later process finds and removes what is left. */
  readonly name: string;
  readonly purpose: string;
  readonly image: string | undefined;
  /** Runs in busybox `sh` inside the helper; gets `args` as `$1`, `$2`, … */
  readonly script: string;
  readonly args: readonly string[];
  /** Capabilities it keeps; every other one is dropped. */
  readonly capabilities: readonly string[];
}

const ABANDONED_AFTER = 60_000;

/**
 * Runs a small task in the host's pid namespace, in a container without network, with a read-only root and only the
 * capabilities it names, and returns its exit code. The container removes itself, also when this process dies meanwhile.
 */
export async function runHelper(connection: DockerConnection, task: HelperTask, context: CallContext): Promise<number> {
  const image = await helperImage(connection, task.image, context);
  await removeUnstarted(connection, task.purpose, context);
  const id = await create(connection, task, image, context);
  const call = <Answer>(what: string, send: (container: Container, abortSignal: AbortSignal) => Promise<Answer>) =>
    connection.call(context, {
      what: `${what} helper ${task.name}`,
      send: (docker, abortSignal) => send(docker.getContainer(id), abortSignal),
    });
  // Asked for before it starts: it removes itself at its end, and nobody knows its exit code afterwards.
  const ended = call<unknown>('wait for', (container, abortSignal) =>
    container.wait({ condition: 'removed', abortSignal }),
  );
  try {
    const [answer] = await Promise.all([
      ended,
      call('start', (container, abortSignal) => container.start({ abortSignal })),
    ]);
    return exitCode(answer);
  } catch (error) {
    await new DockerContainer(connection, id, { clock: context.clock, signal: new AbortController().signal }).remove();
    throw error;
  }
}

async function create(
  connection: DockerConnection,
  { name, purpose, script, args, capabilities }: HelperTask,
  image: string,
  context: CallContext,
): Promise<string> {
  const created = await connection.call(context, {
    what: `create helper ${name}`,
    send: (docker, abortSignal) =>
      docker.createContainer({
        name,
        Image: image,
        Entrypoint: ['/bin/busybox', 'sh', '-c', script, purpose],
        Cmd: [...args],
        Labels: { [HELPER_LABEL]: purpose },
        HostConfig: {
          AutoRemove: true,
          PidMode: 'host',
          UsernsMode: 'host',
          NetworkMode: 'none',
          ReadonlyRootfs: true,
          CapDrop: ['ALL'],
          CapAdd: [...capabilities],
        },
        abortSignal,
      }),
  });
  return created.id;
}

/** Removes helpers whose maker was killed before it could start them. Young ones may be about to start. */
export async function removeUnstarted(
  connection: DockerConnection,
  purpose: string,
  context: CallContext,
): Promise<void> {
  const listed = await connection.call(context, {
    what: `list ${purpose} helpers`,
    send: (docker, abortSignal) =>
      docker.listContainers({
        all: true,
        filters: { label: [`${HELPER_LABEL}=${purpose}`], status: ['created'] },
        abortSignal,
      }),
  });
  const abandoned = listed.filter(({ Created }) => Created * 1000 < context.clock.wall() - ABANDONED_AFTER);
  await Promise.all(abandoned.map(({ Id }) => new DockerContainer(connection, Id, context).remove()));
}

function exitCode(ended: unknown): number {
  if (typeof ended === 'object' && ended !== null && 'StatusCode' in ended) return Number(ended.StatusCode);
  throw new ChaosError('CHAOS_FAULT_FAILED', `expected the exit code of a helper, got ${JSON.stringify(ended)}`);
}
