import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChaosError } from '@bridge/chaos-core';
import type Docker from 'dockerode';
import * as z from 'zod';

/** Where a Docker engine listens: `unix:///path`, `tcp://host:port`, `ssh://user@host`. */
export const dockerHost = z
  .string()
  .regex(/^(unix:\/\/\/.+|tcp:\/\/.+|https?:\/\/.+|ssh:\/\/.+)$/, {
    error: 'expected unix:///path, tcp://host:port, http(s)://host:port or ssh://user@host',
  })
  .refine((host) => host.startsWith('unix://') || URL.canParse(host), { error: 'expected a URL' });

/**
 * A client for the engine at `host`, by default DOCKER_HOST, by default the local socket. TLS as the Docker CLI does:
 * DOCKER_TLS_VERIFY and DOCKER_CERT_PATH. Loaded on first use, since dockerode is large.
 */
export async function connectDocker(host: string | undefined, env: NodeJS.ProcessEnv = process.env): Promise<Docker> {
  const { default: Client } = await import('dockerode');
  const address = host ?? env['DOCKER_HOST'];
  if (address === undefined || address === '') return new Client();
  // The client mixes what it is given with DOCKER_HOST: an explicit undefined keeps that host out.
  if (address.startsWith('unix://')) {
    return new Client({ socketPath: address.slice('unix://'.length), protocol: 'http', host: undefined });
  }
  if (!URL.canParse(address)) {
    const message = `expected DOCKER_HOST such as unix:///path or tcp://host:port, got ${JSON.stringify(address)}`;
    throw new ChaosError('CHAOS_PROBE_INVALID', message, { details: { path: 'host' } });
  }
  const url = new URL(address);
  if (url.protocol === 'ssh:') {
    const agent = env['SSH_AUTH_SOCK'];
    const sshOptions = agent === undefined ? {} : { agent };
    return new Client({
      protocol: 'ssh',
      host: url.hostname,
      port: url.port || 22,
      username: url.username,
      sshOptions,
    });
  }
  const secure = url.protocol === 'https:' || Boolean(env['DOCKER_TLS_VERIFY']);
  const certificates = secure ? await tlsFiles(env['DOCKER_CERT_PATH']) : {};
  const port = url.port || (secure ? 2376 : 2375);
  return new Client({ protocol: secure ? 'https' : 'http', host: url.hostname, port, ...certificates });
}

async function tlsFiles(folder: string | undefined): Promise<{ ca?: string; cert?: string; key?: string }> {
  if (folder === undefined) return {};
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  const [ca, cert, key] = await Promise.all([read('ca.pem'), read('cert.pem'), read('key.pem')]);
  return { ca, cert, key };
}
