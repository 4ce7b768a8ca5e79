import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ChaosError } from '@bridge/chaos-core';
import type { CallContext, DockerConnection } from '../docker/connection.ts';
import { refusalStatus } from '../docker/docker-error.ts';
import { staticBusybox } from './busybox.ts';
import { type TarEntry, tar } from './tar.ts';

/** With a host, since Podman takes a name without one to be of docker.io, where none of ours are. */
export const OWN_IMAGES = 'localhost/bridge-chaos';
const REPOSITORY = `${OWN_IMAGES}/helper`;
const FROM_REGISTRY = 'busybox:stable';
const PULL_TIMEOUT = 120_000;
const IMPORT_TIMEOUT = 60_000;
/** Architectures as Go names them, by Node's names. */
export const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64', riscv64: 'riscv64' };

/**
 * An image with busybox on that engine, made once: the given one; else this machine's own static busybox, imported
 * under a tag that is the hash of its content; else `busybox:stable` from a registry.
 */
export async function helperImage(
  connection: DockerConnection,
  chosen: string | undefined,
  context: CallContext,
): Promise<string> {
  if (chosen !== undefined) return presentOrPulled(connection, chosen, context);
  const { architecture } = await connection.facts(context);
  const busybox = ARCHITECTURES[process.arch] === architecture ? await staticBusybox() : undefined;
  if (busybox === undefined) return presentOrPulled(connection, FROM_REGISTRY, context);
  return importedImage(connection, REPOSITORY, [{ path: 'bin/' }, { path: 'bin/busybox', content: busybox }], context);
}

/** An image of exactly these files, imported once per engine: its tag is the hash of its content. */
export async function importedImage(
  connection: DockerConnection,
  repository: string,
  entries: readonly TarEntry[],
  context: CallContext,
): Promise<string> {
  const archive = tar(entries);
  const tag = createHash('sha256').update(archive).digest('hex').slice(0, 12);
  const image = `${repository}:${tag}`;
  if (await hasImage(connection, image, context)) return image;
  await connection.call(context, {
    what: `import the helper image ${image}`,
    timeout: IMPORT_TIMEOUT,
    // Podman looks for the tag here alone.
    send: async (docker) => finished(await docker.importImage(Readable.from([archive]), { repo: image })),
  });
  return image;
}

export async function hasImage(connection: DockerConnection, image: string, context: CallContext): Promise<boolean> {
  try {
    await connection.call(context, {
      what: `inspect image ${image}`,
      send: (docker) => docker.getImage(image).inspect(),
    });
    return true;
  } catch (error) {
    if (refusalStatus(error) === 404) return false;
    throw error;
  }
}

async function presentOrPulled(connection: DockerConnection, image: string, context: CallContext): Promise<string> {
  if (await hasImage(connection, image, context)) return image;
  try {
    await connection.call(context, {
      what: `pull image ${image}`,
      timeout: PULL_TIMEOUT,
      send: async (docker, abortSignal) => finished(await docker.pull(image, { abortSignal })),
    });
    return image;
  } catch (error) {
    throw new ChaosError(
      'CHAOS_FAULT_IMPOSSIBLE',
      `expected an image with busybox on Docker engine "${connection.name}"; install busybox-static beside the SDK, or load an image there and name it with the helperImage option of containers()`,
      { cause: error },
    );
  }
}

/** The engine answers 200 first and reports failures as lines of JSON in the body. */
export async function finished(progress: NodeJS.ReadableStream): Promise<void> {
  const lines = (await text(progress)).split('\n');
  const failure = lines.find((line) => line.includes('"error"'));
  if (failure !== undefined) throw new Error(failure.trim());
}
