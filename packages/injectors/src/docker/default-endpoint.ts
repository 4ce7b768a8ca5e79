import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { contextEndpoint, currentContext, dockerConfigFolder, tlsFilesIn } from './docker-context.ts';
import { type Endpoint, parseEndpoint, type TlsFiles } from './endpoint.ts';

const SYSTEM_SOCKET = '/var/run/docker.sock';

/**
 * Where `docker` itself would connect: `DOCKER_HOST` (TLS from `DOCKER_CERT_PATH`), `DOCKER_CONTEXT`, the context in
 * use, the system's socket; then the sockets of a rootless Docker, Docker Desktop and Podman, the first that exists.
 */
export async function defaultEndpoint(environment: NodeJS.ProcessEnv): Promise<Endpoint> {
  const host = environment['DOCKER_HOST'];
  if (host) {
    const address = host.includes('://') ? host : `tcp://${host}`;
    return parseEndpoint(address, {
      tls: address.startsWith('tcp:') ? await tlsFromEnvironment(environment) : undefined,
    });
  }
  const context = environment['DOCKER_CONTEXT'] || (await currentContext(environment));
  if (context && context !== 'default') return contextEndpoint(context, environment);
  return { kind: 'socket', path: (await firstExisting(wellKnownSockets(environment))) ?? SYSTEM_SOCKET };
}

async function tlsFromEnvironment(environment: NodeJS.ProcessEnv): Promise<TlsFiles | undefined> {
  const folder = environment['DOCKER_CERT_PATH'];
  if (folder) return (await tlsFilesIn(folder)) ?? {};
  return environment['DOCKER_TLS_VERIFY'] ? ((await tlsFilesIn(dockerConfigFolder(environment))) ?? {}) : undefined;
}

function wellKnownSockets(environment: NodeJS.ProcessEnv): readonly string[] {
  const runtime = environment['XDG_RUNTIME_DIR'];
  const own = runtime ? [join(runtime, 'docker.sock'), join(runtime, 'podman', 'podman.sock')] : [];
  return [SYSTEM_SOCKET, ...own, join(homedir(), '.docker', 'run', 'docker.sock'), '/run/podman/podman.sock'];
}

async function firstExisting(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const exists = await access(path).then(
      () => true,
      () => false,
    );
    if (exists) return path;
  }
  return undefined;
}
