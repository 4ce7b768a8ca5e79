import type { ContainerInspectInfo } from 'dockerode';
import * as z from 'zod';
import type { CallContext, DockerConnection } from '../docker/connection.ts';
import { refusalStatus } from '../docker/docker-error.ts';

const endpoint = z.object({
  name: z.string(),
  network: z.string(),
  aliases: z.array(z.string()),
  links: z.array(z.string()),
  driverOptions: z.record(z.string(), z.string()),
  ipv4: z.string(),
  ipv6: z.string(),
});
type Endpoint = z.output<typeof endpoint>;

/** All that is needed to make a container like one that was removed. */
export const recreation = z.object({
  /** As the engine takes it for a new container. */
  options: z.record(z.string(), z.json()),
  /** Its image by content, where the name leads elsewhere by then. */
  image: z.string(),
  endpoints: z.array(endpoint),
});
export type Recreation = z.output<typeof recreation>;

/** Reads it off a container. Volumes without a name are mounted again by the name that the engine gave them. */
export function recreationOf(inspected: ContainerInspectInfo): Recreation {
  const { Config, HostConfig, Mounts, Id, Name } = inspected;
  const kept = new Set([
    ...(HostConfig.Binds ?? []).map((bind) => bind.split(':')[1]),
    ...(HostConfig.Mounts ?? []).map(({ Target }) => Target),
  ]);
  const nameless = Mounts.filter(({ Type, Destination }) => Type === 'volume' && !kept.has(Destination));
  const binds = nameless.map(({ Name: volume, Destination, RW }) => `${volume}:${Destination}${RW ? '' : ':ro'}`);
  const Hostname = Id.startsWith(Config.Hostname) ? undefined : Config.Hostname;
  const options: unknown = {
    ...Config,
    Hostname,
    HostConfig: { ...HostConfig, Binds: [...(HostConfig.Binds ?? []), ...binds] },
    name: Name.replace(/^\//, ''),
  };
  return recreation.parse({
    options: JSON.parse(JSON.stringify(options)),
    image: inspected.Image,
    endpoints: endpointsOf(inspected),
  });
}

function endpointsOf({ NetworkSettings, HostConfig, Id }: ContainerInspectInfo): readonly Endpoint[] {
  const shared = /^(?:host|none|container:)/.test(HostConfig.NetworkMode ?? '');
  if (shared) return [];
  return Object.entries(NetworkSettings.Networks).map(([name, one]) => {
    const asked: unknown = one.IPAMConfig;
    const given = (key: string): string => {
      const value: unknown = typeof asked === 'object' && asked !== null ? Reflect.get(asked, key) : undefined;
      return typeof value === 'string' ? value : '';
    };
    const aliases: readonly string[] = one.Aliases ?? [];
    return {
      name,
      network: one.NetworkID,
      // The engine adds the short id by itself.
      aliases: aliases.filter((alias) => !Id.startsWith(alias)),
      links: [...(one.Links ?? [])],
      driverOptions: { ...Reflect.get(one, 'DriverOpts') },
      ipv4: given('IPv4Address'),
      ipv6: given('IPv6Address'),
    };
  });
}

/** Makes the container, in all of its networks; it does not run yet. */
export async function recreate(
  connection: DockerConnection,
  { options, image, endpoints }: Recreation,
  context: CallContext,
): Promise<void> {
  const Image = await imageFor(connection, String(options['Image']), image, context);
  const { id } = await connection.call(context, {
    what: `create container ${String(options['name'])} again`,
    send: (docker, abortSignal) => docker.createContainer({ ...options, Image, abortSignal }),
  });
  const { Networks } = (
    await connection.call(context, {
      what: `inspect container ${id.slice(0, 12)}`,
      send: (docker) => docker.getContainer(id).inspect(),
    })
  ).NetworkSettings;
  // It has no ids of networks before it starts.
  for (const one of endpoints) await join(connection, id, one, one.name in Networks, context);
}

/** The one it was created in is left first: only so it gets its aliases and address back. */
async function join(
  connection: DockerConnection,
  id: string,
  { network, aliases, links, driverOptions, ipv4, ipv6 }: Endpoint,
  isInside: boolean,
  context: CallContext,
): Promise<void> {
  const plain = aliases.length === 0 && links.length === 0 && ipv4 === '' && ipv6 === '';
  await connection.call(context, {
    what: `connect container ${id.slice(0, 12)} to network ${network.slice(0, 12)}`,
    send: async (docker) => {
      const asked = docker.getNetwork(network);
      if (isInside && plain) return;
      if (isInside) await asked.disconnect({ Container: id, Force: true });
      const IPAMConfig = { IPv4Address: ipv4, IPv6Address: ipv6 };
      await asked.connect({
        Container: id,
        EndpointConfig: {
          Aliases: aliases,
          Links: links,
          DriverOpts: driverOptions,
          ...(ipv4 === '' && ipv6 === '' ? {} : { IPAMConfig }),
        },
      });
    },
  });
}

async function imageFor(connection: DockerConnection, name: string, id: string, context: CallContext): Promise<string> {
  try {
    const found = await connection.call(context, {
      what: `inspect image ${name}`,
      send: (docker) => docker.getImage(name).inspect(),
    });
    return found.Id === id ? name : id;
  } catch (error) {
    // The tag is gone: the content is what counts.
    if (refusalStatus(error) === 404) return id;
    throw error;
  }
}
