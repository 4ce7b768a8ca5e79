export type { ContainersOptions } from './container/options.ts';
export { containers } from './container/plugin.ts';
export { files } from './file/plugin.ts';
export { network } from './network/plugin.ts';
export { processes } from './process/plugin.ts';
export {
  type AddressInput,
  type FaultProxy,
  type HttpProxyOptions,
  type ProxiesOptions,
  type ProxyConnection,
  type ProxyOptions,
  proxies,
  proxy,
} from './proxy/plugin.ts';
export { type FloodableQueue, type QueueInput, resources } from './resource/plugin.ts';
export {
  type ToxiproxyServer,
  type ToxiproxyServerOptions,
  toxiproxyServer,
} from './toxiproxy/toxiproxy-server.ts';
