import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ChaosError } from '@bridge/chaos-core';
import * as z from 'zod';
import { type Endpoint, parseEndpoint, type TlsFiles } from './endpoint.ts';

const cliConfig = z.object({ currentContext: z.string().optional() });
const contextMeta = z.object({
  Endpoints: z.object({ docker: z.object({ Host: z.string(), SkipTLSVerify: z.boolean().optional() }) }),
});

/** Folder of the Docker client's settings: `DOCKER_CONFIG`, else `~/.docker`. */
export function dockerConfigFolder(environment: NodeJS.ProcessEnv): string {
  return environment['DOCKER_CONFIG'] || join(homedir(), '.docker');
}

/** The context chosen by `docker context use`, or undefined when there is none. */
export async function currentContext(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const path = join(dockerConfigFolder(environment), 'config.json');
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  const parsed = cliConfig.safeParse(parseJson(path, text));
  return parsed.success ? parsed.data.currentContext : undefined;
}

/** The endpoint of a named context, as `docker context inspect` would show it. */
export async function contextEndpoint(name: string, environment: NodeJS.ProcessEnv): Promise<Endpoint> {
  const folder = join(dockerConfigFolder(environment), 'contexts');
  const digest = createHash('sha256').update(name).digest('hex');
  const path = join(folder, 'meta', digest, 'meta.json');
  const text = await readIfThere(path);
  if (text === undefined) {
    throw new ChaosError(
      'CHAOS_OPTIONS_INVALID',
      `expected a Docker context named ${JSON.stringify(name)}, found none at ${path}; see "docker context ls"`,
    );
  }
  const { Host, SkipTLSVerify } = contextMeta.parse(parseJson(path, text)).Endpoints.docker;
  const tls = await tlsFilesIn(join(folder, 'tls', digest, 'docker'));
  if (tls === undefined && SkipTLSVerify !== true) return parseEndpoint(Host);
  return parseEndpoint(Host, { tls: { ...tls, trustAnyone: SkipTLSVerify } });
}

/** The certificate files of a folder in Docker's layout, or undefined when it has none. */
export async function tlsFilesIn(folder: string): Promise<TlsFiles | undefined> {
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((file) => ifThere(join(folder, file))),
  );
  return ca === undefined && cert === undefined ? undefined : { ca, cert, key };
}

async function ifThere(path: string): Promise<string | undefined> {
  return access(path).then(
    () => path,
    () => undefined,
  );
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new ChaosError('CHAOS_OPTIONS_INVALID', `expected to read ${path}: ${String(error)}`, { cause: error });
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ChaosError('CHAOS_OPTIONS_INVALID', `expected JSON in ${path}: ${String(error)}`, { cause: error });
  }
}
