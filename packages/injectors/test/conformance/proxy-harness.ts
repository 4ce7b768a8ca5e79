import type { JsonObject } from '@bridge/chaos-core';
import type { FaultHarness, HarnessTarget } from '@bridge/chaos-core/testkit';
import { proxies, proxy } from '../../src/proxy/plugin.ts';
import { type ProxyFaultType, proxyTarget } from '../proxy/inject.ts';
import { echo } from '../proxy/upstream.ts';
import { lookAtEcho } from './echo-look.ts';

/** Strong enough that {@link LOOK} cannot take a broken connection for a sound one. */
export const PROXY_PARAMS: Readonly<Record<ProxyFaultType, JsonObject>> = {
  'proxy.latency': { delay: '1s' },
  'proxy.bandwidth': { rate: '1KB/s' },
  'proxy.timeout': {},
  'proxy.reset': {},
  'proxy.refuse': {},
  'proxy.slice': { size: '32B', pause: '20ms' },
  'proxy.limit': { bytes: '100B' },
  'proxy.down': {},
};

const LOOK = { bytes: 4_096, within: 400 };
const LOOKS = 6;

/** `echo` when a plain client gets its bytes back in time, at the latest the sixth time: this machine may be busy. */
export async function proxyState(port: number): Promise<string> {
  let seen = '';
  for (let look = 0; look < LOOKS && seen !== 'echo'; look += 1) seen = await lookAtEcho(port, LOOK);
  return seen;
}

let made = 0;

/** A target with the port where clients meet it. */
export interface ForwarderTarget extends HarnessTarget {
  readonly port: number;
}

/** @param registry folder through which other processes find it */
export async function forwarder(params: JsonObject, registry?: string): Promise<ForwarderTarget> {
  const server = await echo();
  made += 1;
  const shared = registry === undefined ? {} : { registry };
  const standing = await proxy({ name: `harness-${made}`, upstream: server.port, ...shared });
  return {
    target: await proxyTarget(standing.name),
    params,
    port: standing.port,
    witness: () => proxyState(standing.port),
    async [Symbol.asyncDispose]() {
      await standing.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** A real proxy before a real server; a plain TCP client as witness. */
export function proxyHarness(type: ProxyFaultType): FaultHarness {
  return { plugin: proxies(), make: () => forwarder(PROXY_PARAMS[type]) };
}
