import { resolve } from 'node:path';
import { definePlugin } from '@bridge/chaos-core';
import { proxyBandwidth } from './fault/bandwidth.ts';
import { proxyCertificate } from './fault/certificate.ts';
import { proxyDown } from './fault/down.ts';
import { proxyHttp } from './fault/http.ts';
import { proxyLatency } from './fault/latency.ts';
import { proxyLimit } from './fault/limit.ts';
import { proxyRefuse } from './fault/refuse.ts';
import { proxyReset } from './fault/reset.ts';
import { proxySlice } from './fault/slice.ts';
import { proxyTimeout } from './fault/timeout.ts';
import { proxyTargets } from './target.ts';

export type { AddressInput } from './address.ts';
export type { ProxyConnection } from './control/protocol.ts';
export { type FaultProxy, type HttpProxyOptions, type ProxyOptions, proxy } from './proxy.ts';

export interface ProxiesOptions {
  /** Folder given to `proxy({ registry })` by other processes of the same user. Default: proxies of this process only. */
  readonly registry?: string;
}

/** Faults on TCP connections through proxies started with `proxy()`; targets are `{ proxy: name }` or by labels. */
export function proxies({ registry }: ProxiesOptions = {}) {
  const folder = registry === undefined ? undefined : resolve(registry);
  return definePlugin({
    name: 'proxies',
    module: import.meta.url,
    specifier: '@bridge/chaos-injectors/proxies',
    options: folder === undefined ? {} : { registry: folder },
    targets: [proxyTargets(folder)],
    faults: [
      proxyLatency,
      proxyBandwidth,
      proxyTimeout,
      proxyReset,
      proxyRefuse,
      proxySlice,
      proxyLimit,
      proxyDown,
      proxyHttp,
      proxyCertificate,
    ],
    probes: [],
  });
}

export default proxies;
