import { resolve } from 'node:path';
import {
  ChaosError,
  type Clock,
  type DurationInput,
  isChaosError,
  messageOf,
  milliseconds,
  systemClock,
} from '@bridge/chaos-core';
import * as z from 'zod';
import { type AddressInput, parseAddress } from './address.ts';
import { ControlConnection, callOnce } from './control/client.ts';
import { type HttpOptions, httpOptions } from './control/http-options.ts';
import type { PlaneIdentity, ProxyConnection } from './control/protocol.ts';
import { cannotStart, launchDataPlane } from './launch.ts';
import { localProxies } from './local-proxies.ts';
import { type StandingOptions, startStanding } from './plane/standing-proxy.ts';
import { registered } from './registry.ts';

export interface HttpProxyOptions {
  /** Certificate chain and key (PEM) with which it serves HTTPS. Default: plain HTTP. */
  readonly tls?: {
    readonly cert: string;
    readonly key: string;
    /** Who signed it, for `proxy.certificate`; not needed when it is self-signed. */
    readonly issuer?: { readonly cert: string; readonly key: string };
  };
  /** Reaches the upstream over TLS: `true`, or how. Default: plain HTTP. */
  readonly upstreamTls?: boolean | { readonly ca?: string; readonly servername?: string; readonly verify?: boolean };
}

interface CommonProxyOptions {
  /** What selectors call it: `{ proxy: 'db' }`. */
  readonly name: string;
  /** Where clients connect. Default: a free port of 127.0.0.1. */
  readonly listen?: AddressInput;
  /** Where connections go. Dialled once per client; a dead upstream is a reset for the client, at once. */
  readonly upstream: AddressInput;
  readonly labels?: Readonly<Record<string, string>>;
  /** Proxies of one group share a blast radius. */
  readonly group?: string;
  /**
   * Decides, together with a fault's own seed, which connections a fault with `perConnection < 1` hits: equal seeds
   * hit the same ordinals. Default: the name, so that proxies draw independently of each other.
   */
  readonly seed?: string | number;
  /**
   * Speaks HTTP/1 instead of passing bytes, so that `proxy.http` can act on requests; with `tls`, which it ends here,
   * `proxy.certificate` can, too. What it passes on is as it came. Default: bytes.
   */
  readonly http?: boolean | HttpProxyOptions;
  /** Folder through which other processes of the same user find the proxy by name. Default: only this process does. */
  readonly registry?: string;
}

/** Forwards in a child process that outlives this one as a clean forwarder. */
interface ChildProxyOptions extends CommonProxyOptions {
  readonly inProcess?: false;
  /** How long it goes on without an owner and without a connection. Default 60 s. */
  readonly linger?: DurationInput;
}

/** Forwards in this process and ends with it: only for proxies that this process alone uses. */
interface InProcessProxyOptions extends CommonProxyOptions {
  readonly inProcess: true;
  /** Times delays and leases. Default: the system's. */
  readonly clock?: Clock;
}

export type ProxyOptions = ChildProxyOptions | InProcessProxyOptions;

/** A proxy that forwards. Faults reach it through the engine, by its name. */
export interface FaultProxy extends AsyncDisposable {
  readonly name: string;
  /** Where clients connect. */
  readonly host: string;
  readonly port: number;
  /** The process that forwards. */
  readonly pid: number;
  /** Resolves when it has ended, for whatever reason. */
  readonly closed: Promise<void>;
  /** The live connections, oldest first. */
  connections(): Promise<readonly ProxyConnection[]>;
  /** Stops listening and closes every connection. Idempotent. */
  close(): Promise<void>;
}

const DEFAULT_LINGER = '60s';

/**
 * Starts a TCP fault proxy. When this process dies, however it dies, every fault ends at once and forwarding goes on;
 * a later `proxy()` with the same `registry`, `name` and `listen` takes the running data plane over.
 *
 * Throws `CHAOS_OPTIONS_INVALID` for a malformed address, `CHAOS_PROXY_CANNOT_START` when it cannot listen.
 */
export async function proxy(options: ProxyOptions): Promise<FaultProxy> {
  const standing = standingOf(options);
  const control = options.inProcess
    ? await startHere(standing, options.clock ?? systemClock)
    : ((await orphanOf(standing)) ?? (await launchDataPlane(standing)));
  const owner = await ControlConnection.open(control);
  const { upstream, linger, seed } = standing;
  const { identity } = await owner.ask<'own'>({ op: 'own', upstream, linger, seed }, { clock: systemClock });
  owner.unref();
  return ownedProxy(identity, owner);
}

function standingOf(options: ProxyOptions): StandingOptions {
  const { name, labels = {}, group, registry, seed = name } = options;
  return {
    name,
    labels,
    listen: parseAddress('listen', options.listen ?? 0),
    upstream: parseAddress('upstream', options.upstream),
    seed: String(seed),
    linger: milliseconds((options.inProcess ? undefined : options.linger) ?? DEFAULT_LINGER),
    ...(group === undefined ? {} : { group }),
    ...(registry === undefined ? {} : { registry: resolve(registry) }),
    ...httpOf(options.http),
  };
}

function httpOf(http: boolean | HttpProxyOptions | undefined): { http?: HttpOptions } {
  if (http === undefined || http === false) return {};
  if (http === true) return { http: {} };
  const { tls, upstreamTls = false } = http;
  const given = upstreamTls === true ? {} : upstreamTls;
  const parsed = httpOptions.safeParse({
    ...(tls === undefined ? {} : { tls }),
    ...(given === false ? {} : { upstreamTls: { verify: true, ...given } }),
  });
  if (parsed.success) return { http: parsed.data };
  throw new ChaosError('CHAOS_OPTIONS_INVALID', `proxy option "http": ${z.prettifyError(parsed.error)}`, {
    details: { path: 'http' },
  });
}

async function startHere(standing: StandingOptions, clock: Clock): Promise<string> {
  try {
    return (await startStanding(standing, clock)).identity.control;
  } catch (thrown) {
    throw isChaosError(thrown) ? thrown : cannotStart(standing, messageOf(thrown), thrown);
  }
}

/** A data plane that forwards on for an owner that died. Throws when one with an owner stands in its place. */
async function orphanOf(standing: StandingOptions): Promise<string | undefined> {
  const { name, listen, registry } = standing;
  if (registry === undefined) return undefined;
  for (const { name: other, listen: place, control } of await registered(registry)) {
    const samePlace = place.port === listen.port && place.host === listen.host;
    if (other !== name || !(samePlace || listen.port === 0)) continue;
    const tenure = await tenureOf(control);
    if (tenure === 'orphaned') return control;
    if (tenure === 'owned' && samePlace)
      throw cannotStart(standing, 'a proxy of this name stands there and has an owner');
  }
  return undefined;
}

async function tenureOf(control: string): Promise<'owned' | 'orphaned' | 'unreachable'> {
  try {
    const { owned } = await callOnce<'hello'>(control, { op: 'hello' }, { clock: systemClock });
    return owned ? 'owned' : 'orphaned';
  } catch (thrown) {
    if (isChaosError(thrown, 'CHAOS_TARGET_UNREACHABLE')) return 'unreachable';
    throw thrown;
  }
}

function ownedProxy(identity: PlaneIdentity, owner: ControlConnection): FaultProxy {
  localProxies.set(identity.control, identity);
  const closed = owner.closed.then(() => {
    localProxies.delete(identity.control);
  });
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    // Whoever waits for the end must live to see it.
    owner.ref();
    await owner.ask<'close'>({ op: 'close' }, { clock: systemClock });
    await closed;
  };
  const handle: FaultProxy = {
    name: identity.name,
    host: identity.listen.host,
    port: identity.listen.port,
    pid: identity.process.pid,
    closed,
    connections: async () =>
      (await owner.ask<'connections'>({ op: 'connections' }, { clock: systemClock })).connections,
    close: () => {
      closing ??= owner.isOpen ? close() : closed;
      return closing;
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
  return handle;
}
