import type { PlaneIdentity } from './control/protocol.ts';

/** The proxies this process owns, by control socket. Others are found through a registry folder. */
export const localProxies = new Map<string, PlaneIdentity>();
