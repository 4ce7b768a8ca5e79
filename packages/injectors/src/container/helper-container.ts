import { ChaosError } from '@bridge/chaos-core';
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

/**
 * Runs a small task in the host's pid namespace, in a container without network, with a read-only root and only the
 * capabilities it names. Returns its exit code; removes the container in every case.
 */
export async function runHelper(connection: DockerConnection, task: HelperTask, context: CallContext): Promise<number> {
  const image = await helperImage(connection, task.image, context);
  const call = <Answer>(what: string, send: Parameters<typeof connection.call<Answer>>[1]['send']): Promise<Answer> =>
    connection.call(context, { what: `${what} helper ${task.name}`, send });
  const container = await call('create', (docker, abortSignal) =>
    docker.createContainer({
      name: task.name,
      Image: image,
      Entrypoint: ['/bin/busybox', 'sh', '-c', task.script, task.purpose],
      Cmd: [...task.args],
      Labels: { [HELPER_LABEL]: task.purpose },
      HostConfig: {
        PidMode: 'host',
        UsernsMode: 'host',
        NetworkMode: 'none',
        ReadonlyRootfs: true,
        CapDrop: ['ALL'],
        CapAdd: [...task.capabilities],
      },
      abortSignal,
    }),
  );
  try {
    await call('start', (_docker, abortSignal) => container.start({ abortSignal }));
    const ended: unknown = await call('wait for', (_docker, abortSignal) => container.wait({ abortSignal }));
    return exitCode(ended);
  } finally {
    await new DockerContainer(connection, container.id, unabortable(context)).remove();
  }
}

// What was created is removed also when the step that needed it was aborted.
function unabortable(context: CallContext): CallContext {
  return { clock: context.clock, signal: new AbortController().signal };
}

function exitCode(ended: unknown): number {
  if (typeof ended === 'object' && ended !== null && 'StatusCode' in ended) return Number(ended.StatusCode);
  throw new ChaosError('CHAOS_FAULT_FAILED', `expected the exit code of a helper, got ${JSON.stringify(ended)}`);
}
