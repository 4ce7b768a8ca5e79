import { readFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { inspect } from 'node:util';
import Docker from 'dockerode';
import type { Endpoint, TlsFiles } from './endpoint.ts';
import { sshAgent } from './ssh-agent.ts';

/** A client and what must be closed with it. */
export interface DockerClient {
  readonly docker: Docker;
  close(): void;
}

/**
 * A client for exactly this endpoint. Every option is given, because the library fills what is missing from the
 * environment: with `DOCKER_HOST=tcp://…` set it would ignore an explicit socket.
 */
export async function openClient(endpoint: Endpoint): Promise<DockerClient> {
  const agent = terse(await agentFor(endpoint));
  const nothing = { host: undefined, port: undefined, ca: undefined, cert: undefined, key: undefined };
  const options = { ...nothing, ...addressOf(endpoint), agent, timeout: undefined, pathPrefix: '/' };
  return { docker: new Docker(options), close: () => agent.destroy() };
}

/**
 * For each request docker-modem renders its options as text, to any depth, also when nobody debugs: with the agent all
 * sockets and requests under way, which blocks the event loop for seconds when there are many.
 */
function terse(agent: Agent): Agent {
  return Object.defineProperty(agent, inspect.custom, { value: () => agent.constructor.name });
}

function addressOf(endpoint: Endpoint): {
  socketPath?: string;
  host?: string;
  port?: number;
  protocol: 'http' | 'https';
} {
  switch (endpoint.kind) {
    case 'socket':
      return { socketPath: endpoint.path, protocol: 'http' };
    case 'tcp': {
      const protocol = endpoint.tls === undefined ? 'http' : 'https';
      return { host: `${protocol}://${endpoint.host}`, port: endpoint.port, protocol };
    }
    case 'ssh':
      return { host: 'http://docker.ssh', port: 80, protocol: 'http' };
  }
}

// Local connections are not kept: after a restart of the daemon a kept one answers the next request with a reset.
async function agentFor(endpoint: Endpoint): Promise<Agent> {
  if (endpoint.kind === 'ssh') return sshAgent(endpoint);
  if (endpoint.kind === 'socket' || endpoint.tls === undefined) return new Agent({ keepAlive: false });
  const { ca, cert, key } = await contentsOf(endpoint.tls);
  return new TlsAgent({
    keepAlive: false,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(endpoint.tls.serverName === undefined ? {} : { servername: endpoint.tls.serverName }),
    rejectUnauthorized: endpoint.tls.trustAnyone !== true,
  });
}

async function contentsOf(files: TlsFiles): Promise<{ ca?: Buffer; cert?: Buffer; key?: Buffer }> {
  const read = async (path: string | undefined): Promise<Buffer | undefined> =>
    path === undefined ? undefined : readFile(path);
  const [ca, cert, key] = await Promise.all([read(files.ca), read(files.cert), read(files.key)]);
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}
