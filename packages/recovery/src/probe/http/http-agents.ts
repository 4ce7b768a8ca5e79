import { readFile } from 'node:fs/promises';
import * as http from 'node:http';
import * as https from 'node:https';
import { ChaosError, messageOf } from '@bridge/chaos-core';
import type { HttpOptions, HttpTls } from './http-options.ts';

/** The connections of one open probe; both kinds, since a redirect may change the scheme. */
export interface HttpAgents {
  for(url: URL): http.Agent;
  close(): void;
}

/** @throws {ChaosError} CHAOS_PROBE_INVALID when a certificate file cannot be read. */
export async function openAgents({ keepAlive, tls }: Pick<HttpOptions, 'keepAlive' | 'tls'>): Promise<HttpAgents> {
  const plain = new http.Agent({ keepAlive });
  const secure = new https.Agent({ keepAlive, ...(await tlsOptions(tls)) });
  return {
    for: (url) => (url.protocol === 'https:' ? secure : plain),
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

async function tlsOptions(tls: HttpTls): Promise<https.AgentOptions> {
  const [ca, cert, key] = await Promise.all([pem('ca', tls.ca), pem('cert', tls.cert), pem('key', tls.key)]);
  return {
    rejectUnauthorized: !tls.insecure,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(tls.servername === undefined ? {} : { servername: tls.servername }),
  };
}

async function pem(option: string, textOrPath: string | undefined): Promise<string | undefined> {
  if (textOrPath === undefined || textOrPath.includes('-----BEGIN')) return textOrPath;
  try {
    return await readFile(textOrPath, 'utf8');
  } catch (error) {
    const message = `expected tls.${option} to be PEM text or the path of a readable PEM file: ${messageOf(error)}`;
    throw new ChaosError('CHAOS_PROBE_INVALID', message, { cause: error, details: { path: `tls.${option}` } });
  }
}
