import { posix } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ContainerInspectInfo } from 'dockerode';
import * as z from 'zod';
import type { CallContext, DockerConnection } from '../docker/connection.ts';
import { refusalStatus } from '../docker/docker-error.ts';
import { inspectContainer } from './inspect-container.ts';

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

/** Characters of an id that stand for it as a host name and as an alias. */
const SHORT = 12;

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
  const volumes = Mounts.filter(({ Type }) => Type === 'volume');
  const mounts = (HostConfig.Mounts ?? []).map((mount) => {
    if (mount.Type !== 'volume' || mount.Source) return mount;
    return { ...mount, Source: volumes.find(({ Destination }) => Destination === clean(mount.Target))?.Name };
  });
  const kept = new Set([
    ...(HostConfig.Binds ?? []).map((bind) => clean(bind.split(':')[1] ?? '')),
    ...mounts.map(({ Target }) => clean(Target)),
  ]);
  const nameless = volumes.filter(({ Destination }) => !kept.has(Destination));
  const binds = nameless.map(({ Name: volume, Destination, RW }) => `${volume}:${Destination}${RW ? '' : ':ro'}`);
  const Hostname = Config.Hostname === Id.slice(0, SHORT) ? undefined : Config.Hostname;
  const options: unknown = {
    ...Config,
    Hostname,
    HostConfig: { ...HostConfig, Binds: [...(HostConfig.Binds ?? []), ...binds], Mounts: mounts },
    name: Name.replace(/^\//, ''),
  };
  return recreation.parse({
    options: JSON.parse(JSON.stringify(options)),
    image: inspected.Image,
    endpoints: endpointsOf(inspected),
  });
}

/** A path as the engine writes it in the end, whatever it was given. */
function clean(path: string): string {
  return posix.resolve('/', path);
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
      // One that never ran knows none of their ids.
      network: one.NetworkID || name,
      // The engine adds the short id by itself.
      aliases: aliases.filter((alias) => alias !== Id.slice(0, SHORT)),
      links: [...(one.Links ?? [])],
      driverOptions: { ...Reflect.get(one, 'DriverOpts') },
      ipv4: given('IPv4Address'),
      ipv6: given('IPv6Address'),
    };
  });
}

/** Makes the container; it does not run yet, and may not be in its networks as it was: see {@link joinNetworks}. */
export async function recreate(
  connection: DockerConnection,
  { options, image }: Recreation,
  context: CallContext,
): Promise<void> {
  const Image = await imageFor(connection, String(options['Image']), image, context);
  await connection.call(context, {
    what: `create container ${String(options['name'])} again`,
    send: (docker, abortSignal) => docker.createContainer({ ...options, Image, abortSignal }),
  });
}

/**
 * Brings a container that was made again, and has never run, into its networks as the removed one was in them. Whoever
 * made it may have been cut off at any point of that, so it begins with what there is.
 */
export async function joinNetworks(
  connection: DockerConnection,
  id: string,
  { endpoints }: Recreation,
  context: CallContext,
): Promise<void> {
  const inspected = await inspectContainer(connection, id, context);
  if (inspected.State.Status !== 'created') return;
  const joined = endpointsOf(inspected);
  for (const wanted of endpoints) {
    const now = joined.find(({ name }) => name === wanted.name);
    // Its networks may be there by name only.
    if (!isDeepStrictEqual({ ...now, network: wanted.network }, wanted)) {
      await join(connection, id, wanted, now !== undefined, context);
    }
  }
}

/** What the engine shows of a container that must be the same once it is made again. */
export async function likeness(connection: DockerConnection, id: string, context: CallContext) {
  const inspected = await inspectContainer(connection, id, context);
  const endpoints = endpointsOf(inspected).map(({ name, aliases, ipv4, ipv6 }) => ({
    name,
    aliases: aliases.toSorted(),
    ipv4,
    ipv6,
  }));
  const volumes = inspected.Mounts.filter(({ Type }) => Type === 'volume');
  return {
    endpoints: endpoints.sort((a, b) => a.name.localeCompare(b.name, 'en')),
    volumes: Object.fromEntries(volumes.map(({ Destination, Name }) => [Destination, Name ?? ''])),
  };
}

/** The one it was created in is left first: only so it gets its aliases and address back. */
async function join(
  connection: DockerConnection,
  id: string,
  { network, aliases, links, driverOptions, ipv4, ipv6 }: Endpoint,
  isInside: boolean,
  context: CallContext,
): Promise<void> {
  const between = `container ${id.slice(0, 12)} and network ${network.slice(0, 12)}`;
  if (isInside) {
    await connection.call(context, {
      what: `disconnect ${between}`,
      send: (docker, abortSignal) => docker.getNetwork(network).disconnect({ Container: id, Force: true, abortSignal }),
    });
  }
  const asked = {
    Container: id,
    EndpointConfig: {
      Aliases: aliases,
      Links: links,
      DriverOpts: driverOptions,
      ...(ipv4 === '' && ipv6 === '' ? {} : { IPAMConfig: { IPv4Address: ipv4, IPv6Address: ipv6 } }),
    },
  };
  await connection.call(context, {
    what: `connect ${between}`,
    send: (docker, abortSignal) => {
      const options = { ...asked, abortSignal };
      return docker.getNetwork(network).connect(options);
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
