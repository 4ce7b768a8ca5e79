import * as z from 'zod';
import { defaultEndpoint } from './default-endpoint.ts';
import { contextEndpoint, tlsFilesIn } from './docker-context.ts';
import { type Endpoint, parseEndpoint, type TlsFiles } from './endpoint.ts';

const path = z.string().min(1);
const tls = z.union([
  z.strictObject({ directory: path }),
  z.strictObject({ ca: path.optional(), cert: path.optional(), key: path.optional(), serverName: path.optional() }),
]);

/**
 * A Docker engine: a URL as `docker -H` takes it, a URL with files for TLS or SSH, or a context of the Docker client.
 * Plain JSON and free of secrets, so that another process can connect the same way.
 */
export const dockerHost = z
  .union([
    z.string().min(1),
    z.strictObject({
      host: z.string().min(1),
      tls: tls.optional(),
      ssh: z.strictObject({ identity: path.optional(), knownHosts: path.optional() }).optional(),
    }),
    z.strictObject({ context: z.string().min(1) }),
  ])
  .meta({ description: 'unix:///…, tcp://…, ssh://…, { host, tls }, { host, ssh } or { context }' });

export type DockerHost = z.output<typeof dockerHost>;

/** The endpoint of a configured host; of the environment's default when none is configured. */
export async function endpointOf(host: DockerHost | undefined, environment: NodeJS.ProcessEnv): Promise<Endpoint> {
  if (host === undefined) return defaultEndpoint(environment);
  if (typeof host === 'string') return parseEndpoint(host);
  if ('context' in host) {
    return host.context === 'default'
      ? defaultEndpoint({ ...environment, DOCKER_CONTEXT: '' })
      : contextEndpoint(host.context, environment);
  }
  return parseEndpoint(host.host, { tls: await filesOf(host.tls), ssh: host.ssh });
}

async function filesOf(given: z.output<typeof tls> | undefined): Promise<TlsFiles | undefined> {
  if (given === undefined) return undefined;
  return 'directory' in given ? ((await tlsFilesIn(given.directory)) ?? {}) : given;
}
