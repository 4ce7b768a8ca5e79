import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { ChaosError } from '@bridge/chaos-core';
import { staticBusybox } from '../../container/busybox.ts';
import {
  ARCHITECTURES,
  finished,
  hasImage,
  helperImage,
  importedImage,
  OWN_IMAGES,
} from '../../container/helper-image.ts';
import { type TarEntry, tar } from '../../container/tar.ts';
import type { CallContext, DockerConnection } from '../../docker/connection.ts';
import type { NetworkSettings } from '../options.ts';
import { PACKET_QUEUE_PROGRAMS, PACKET_QUEUE_SOURCE } from '../queue/packet-queue-program.ts';
import { TCP_RELAY_PROGRAMS, TCP_RELAY_SOURCE } from '../relay/tcp-relay-program.ts';
import { machineTools } from './machine-tools.ts';

const REPOSITORY = `${OWN_IMAGES}/network`;
const BUILD_TIMEOUT = 180_000;

/**
 * An image with busybox, iptables, tc and programs of ours on that engine, made once: the chosen one; else imported
 * from this machine's programs; else built from an Alpine base, which needs a registry.
 */
export async function toolImage(
  connection: DockerConnection,
  { helperImage: chosen, helperBase }: NetworkSettings,
  context: CallContext,
): Promise<string> {
  if (chosen !== undefined) return helperImage(connection, chosen, context);
  const { architecture } = await connection.facts(context);
  const [busybox, tools] = await Promise.all([staticBusybox(), machineTools()]);
  const own = ownPrograms(architecture);
  if (ARCHITECTURES[process.arch] === architecture && busybox !== undefined && tools !== undefined) {
    const entries = [{ path: 'bin/' }, ...tools, { path: 'bin/busybox', content: busybox }, ...own];
    return importedImage(connection, REPOSITORY, withoutDuplicates(entries), context);
  }
  return builtImage(connection, helperBase, own, context);
}

/** The packet queue and the proxy, where they were compiled for that architecture. */
export function ownPrograms(architecture: string): readonly TarEntry[] {
  const programs = { 'packet-queue': PACKET_QUEUE_PROGRAMS, 'tcp-relay': TCP_RELAY_PROGRAMS };
  const entries = Object.entries(programs).flatMap(([name, { [architecture]: program }]) =>
    program === undefined ? [] : [{ path: `chaos/${name}`, content: gunzipSync(Buffer.from(program, 'base64')) }],
  );
  return entries.length === 0 ? [] : [{ path: 'chaos/' }, ...entries];
}

function withoutDuplicates(entries: readonly TarEntry[]): readonly TarEntry[] {
  return [...new Map(entries.map((entry) => [entry.path, entry])).values()];
}

/** Built by the engine from an Alpine base and programs of ours; the packages come from its registry. */
export async function builtImage(
  connection: DockerConnection,
  base: string,
  own: readonly TarEntry[],
  context: CallContext,
): Promise<string> {
  const { architecture } = await connection.facts(context);
  const tag =
    `${base.replace(/[^A-Za-z0-9.]/g, '-')}-${architecture}-${PACKET_QUEUE_SOURCE.slice(0, 12)}-${TCP_RELAY_SOURCE.slice(0, 12)}`.slice(
      -120,
    );
  const image = `${REPOSITORY}:${tag}`;
  if (await hasImage(connection, image, context)) return image;
  const dockerfile = Buffer.from(
    `FROM ${base}\nRUN apk add --no-cache iptables iptables-legacy iproute2-tc iproute2-ss\n${own.length > 0 ? 'COPY chaos /chaos\n' : ''}`,
  );
  const archive = tar([{ path: 'Dockerfile', content: dockerfile }, ...own]);
  try {
    await connection.call(context, {
      what: `build the helper image ${image}`,
      timeout: BUILD_TIMEOUT,
      send: async (docker) => finished(await docker.buildImage(Readable.from([archive]), { t: image })),
    });
    return image;
  } catch (cause) {
    throw new ChaosError(
      'CHAOS_FAULT_IMPOSSIBLE',
      `expected an image with iptables and tc on Docker engine "${connection.name}"; install busybox-static, iptables and iproute2 beside the SDK, or load an image with them there and name it with the helperImage option of network()`,
      { cause },
    );
  }
}
