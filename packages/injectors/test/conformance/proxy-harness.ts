import { once } from 'node:events';
import { createServer } from 'node:http';
import type { JsonObject } from '@bridge/chaos-core';
import type { FaultHarness, HarnessTarget } from '@bridge/chaos-core/testkit';
import { proxies, proxy } from '../../src/proxy/plugin.ts';
import { type ProxyFaultType, proxyTarget } from '../proxy/inject.ts';
import { selfSigned } from '../proxy/pki/pki.ts';
import { echo, portOf } from '../proxy/upstream.ts';
import { type LookOptions, lookAtEcho } from './echo-look.ts';
import { lookAtHttps } from './https-look.ts';

/** Strong enough that {@link LOOK} cannot take a broken connection for a sound one. */
const PROXY_PARAMS: Readonly<Record<ProxyFaultType, JsonObject>> = {
  'proxy.latency': { delay: '1s' },
  'proxy.bandwidth': { rate: '1KB/s' },
  'proxy.timeout': {},
  'proxy.reset': {},
  'proxy.refuse': {},
  'proxy.slice': { size: '32B', pause: '20ms' },
  'proxy.limit': { bytes: '100B' },
  'proxy.down': {},
  'proxy.http': { effect: { kind: 'status', status: 503 } },
  'proxy.certificate': {},
};

const LOOK = { bytes: 4_096, within: 400 };
const LOOKS = 10;

/** Far more than a handshake of TLS takes. */
const HTTPS_WITHIN = 1_000;

let made = 0;

/** A target that clients can meet. */
export interface ForwarderTarget extends HarnessTarget {
  /** What one client meets, `echo` if nothing is wrong. */
  look(options: LookOptions): Promise<string>;
}

/** @param registry folder through which other processes find it */
export async function forwarder(type: ProxyFaultType, registry?: string): Promise<ForwarderTarget> {
  const ofHttp = type === 'proxy.http' || type === 'proxy.certificate';
  const server = await (ofHttp ? httpEcho() : echo());
  made += 1;
  const shared = { ...(registry === undefined ? {} : { registry }), ...(ofHttp ? { http: { tls: selfSigned } } : {}) };
  const standing = await proxy({ name: `harness-${made}`, upstream: server.port, ...shared });
  const look = (options: LookOptions): Promise<string> =>
    ofHttp ? lookAtHttps(standing.port, { ...options, within: HTTPS_WITHIN }) : lookAtEcho(standing.port, options);
  return {
    target: await proxyTarget(standing.name),
    params: PROXY_PARAMS[type],
    look,
    witness: () => patiently(look),
    async [Symbol.asyncDispose]() {
      await standing.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** `echo` when a plain client gets its bytes back in time, at the latest the tenth time: this machine may be busy. */
export function proxyState(port: number): Promise<string> {
  return patiently((options) => lookAtEcho(port, options));
}

async function patiently(look: (options: LookOptions) => Promise<string>): Promise<string> {
  let seen = '';
  for (let attempt = 0; attempt < LOOKS && seen !== 'echo'; attempt += 1) seen = await look(LOOK);
  return seen;
}

interface Echoing extends AsyncDisposable {
  readonly port: number;
}

async function httpEcho(): Promise<Echoing> {
  const server = createServer((request, response) => void request.pipe(response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: portOf(server),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A real proxy before a real server; a plain client as witness. */
export function proxyHarness(type: ProxyFaultType): FaultHarness {
  return { plugin: proxies(), make: () => forwarder(type) };
}
