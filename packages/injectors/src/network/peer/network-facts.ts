import * as z from 'zod';
import type { CallContext, DockerConnection } from '../../docker/connection.ts';
import { refusalStatus } from '../../docker/docker-error.ts';

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

const endpoint = z.object({
  NetworkID: text,
  IPAddress: text,
  GlobalIPv6Address: text,
  MacAddress: text,
  Aliases: z.array(z.string()).nullish(),
  Links: z.array(z.string()).nullish(),
  DriverOpts: z.record(z.string(), z.string()).nullish(),
  IPAMConfig: z.object({ IPv4Address: text, IPv6Address: text }).nullish(),
});

const inspected = z.object({
  HostConfig: z.object({ NetworkMode: text }),
  NetworkSettings: z.object({ Networks: z.record(z.string(), endpoint) }),
});

/** A container's place in one Docker network. */
export type EndpointFacts = z.output<typeof endpoint>;

/** What a network fault needs to know about a container. */
export interface NetworkFacts {
  readonly mode: string;
  readonly networks: Readonly<Record<string, EndpointFacts>>;
}

/** Undefined when the engine does not know the container. */
export async function networkFacts(
  connection: DockerConnection,
  id: string,
  context: CallContext,
): Promise<NetworkFacts | undefined> {
  try {
    const answer = await connection.call(context, {
      what: `inspect the network of container ${id.slice(0, 12)}`,
      send: (docker, abortSignal) => docker.getContainer(id).inspect({ abortSignal }),
    });
    const { HostConfig, NetworkSettings } = inspected.parse(answer);
    return { mode: HostConfig.NetworkMode, networks: NetworkSettings.Networks };
  } catch (error) {
    if (refusalStatus(error) === 404) return undefined;
    throw error;
  }
}

export function addressesOf({ networks }: NetworkFacts): readonly string[] {
  return Object.values(networks)
    .flatMap(({ IPAddress, GlobalIPv6Address }) => [IPAddress, GlobalIPv6Address])
    .filter((address) => address !== '');
}
