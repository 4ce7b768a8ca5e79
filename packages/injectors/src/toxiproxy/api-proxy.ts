import { getSystemErrorMessage } from 'node:util';
import { type Clock, freshId, messageOf } from '@bridge/chaos-core';
import { type Address, formatAddress } from '../proxy/address.ts';
import type { DataPlane, Tenant } from '../proxy/plane/data-plane.ts';
import { type StandingProxy, startStanding } from '../proxy/plane/standing-proxy.ts';
import { ApiError } from './api/api-error.ts';
import { parsePlace } from './place.ts';
import type { ToxicJson } from './toxic.ts';
import { ToxicSet } from './toxic-set.ts';
import type { Traffic } from './traffic.ts';

/** What all proxies of one server have in common. */
export interface Surroundings {
  readonly clock: Clock;
  /** Whoever owns the data planes: when it goes, so do the toxics. */
  readonly owner: object;
  readonly seed: string;
  /** Where a proxy listens that names no host. */
  readonly host: string;
  readonly linger: number;
  readonly traffic: Traffic;
  readonly registry?: string | undefined;
}

/** A proxy as clients see it. */
export interface ProxyJson {
  readonly name: string;
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
  readonly toxics: readonly ToxicJson[];
}

export interface Wanted {
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
}

const ALL_INTERFACES = '::';
const LOOPBACK = '127.0.0.1';

/** One proxy of the API: a data plane while it has ever been enabled, and the toxics on it. */
export class ApiProxy {
  readonly name: string;
  readonly toxics = new ToxicSet();
  readonly #surroundings: Surroundings;
  #wanted: Wanted;
  #standing: StandingProxy | undefined;
  /** The fault that keeps a disabled proxy down. */
  #down: string | undefined;

  constructor(name: string, wanted: Wanted, surroundings: Surroundings) {
    this.name = name;
    this.#wanted = { ...wanted, enabled: false };
    this.#surroundings = surroundings;
    this.#listenPlace(wanted.listen);
    this.#upstreamPlace(wanted.upstream);
  }

  get plane(): DataPlane | undefined {
    return this.#standing?.plane;
  }

  get enabled(): boolean {
    return this.#wanted.enabled;
  }

  /** True when a client that asks for this gets what already stands. */
  isAt({ listen, upstream }: Omit<Wanted, 'enabled'>): boolean {
    const standsThere = listen === this.#wanted.listen || listen === this.#listening;
    return standsThere && upstream === this.#wanted.upstream;
  }

  describe(): ProxyJson {
    const { upstream, enabled } = this.#wanted;
    return { name: this.name, listen: this.#listening, upstream, enabled, toxics: this.toxics.describe() };
  }

  /** Listening elsewhere, or another upstream, ends every connection; toxics stay. */
  async update(change: Partial<Wanted>): Promise<void> {
    const { listen = this.#listening, upstream = this.#wanted.upstream, enabled = this.enabled } = change;
    const moves = listen !== this.#listening && listen !== this.#wanted.listen;
    this.#listenPlace(listen);
    const place = this.#upstreamPlace(upstream);
    if (moves) await this.close();
    if (upstream !== this.#wanted.upstream) this.#redirect(place);
    this.#wanted = { listen: moves ? listen : this.#wanted.listen, upstream, enabled: this.enabled };
    await (enabled ? this.enable() : this.disable());
  }

  /** Rejects when it cannot listen. */
  async enable(): Promise<void> {
    if (this.enabled) return;
    if (this.#standing === undefined) this.#standing = await this.#start();
    else if (this.#down !== undefined) await this.#standing.plane.remove(this.#down);
    this.#down = undefined;
    this.#wanted = { ...this.#wanted, enabled: true };
  }

  /** Connections are closed, connects refused, and the port stays ours. */
  async disable(): Promise<void> {
    if (!this.enabled) return;
    this.#wanted = { ...this.#wanted, enabled: false };
    this.#down = freshId('disabled');
    await this.plane?.add({ kind: 'down', id: this.#down, seed: 0 }, 'owner');
  }

  /** Its owner is gone: it forwards, without toxics, until nobody uses it. */
  orphan(): void {
    this.toxics.forget();
    this.#down = undefined;
    this.#wanted = { ...this.#wanted, enabled: this.#standing !== undefined };
    this.plane?.ownership.lost(this.#surroundings.owner);
  }

  /** Takes `orphan` back. */
  adopt(): void {
    if (this.#standing !== undefined) this.#own(this.#standing.plane.upstream);
  }

  async close(): Promise<void> {
    const standing = this.#standing;
    this.#standing = undefined;
    this.#down = undefined;
    this.#wanted = { ...this.#wanted, enabled: false };
    await standing?.close();
  }

  /** Where it listens, or will. */
  get #listening(): string {
    return this.#standing === undefined ? this.#wanted.listen : formatAddress(this.#standing.plane.address);
  }

  async #start(): Promise<StandingProxy> {
    const { clock, owner, seed, linger, registry, traffic } = this.#surroundings;
    const options = {
      name: this.name,
      labels: {},
      listen: this.#listenPlace(this.#wanted.listen),
      upstream: this.#upstreamPlace(this.#wanted.upstream),
      seed: `${seed}/${this.name}`,
      linger,
      ...(registry === undefined ? {} : { registry }),
    };
    const tenant: Tenant = {
      owner,
      orders: this.toxics.orders,
      onConnection: (connection) => {
        const { upstream } = this.#wanted;
        traffic.count({ listener: this.#listening, proxy: this.name, upstream }, connection);
      },
    };
    const standing = await startStanding(options, clock, tenant).catch((thrown: unknown) => {
      throw cannotListen(options.listen, thrown);
    });
    void standing.closed.then(() => this.#ended(standing));
    return standing;
  }

  /** By itself: nobody used it for long. */
  #ended(standing: StandingProxy): void {
    if (this.#standing !== standing) return;
    this.#standing = undefined;
    this.#wanted = { ...this.#wanted, enabled: false };
  }

  #redirect(upstream: Address): void {
    this.#own(upstream);
    this.plane?.cut();
  }

  #own(upstream: Address): void {
    const { owner, seed, linger } = this.#surroundings;
    this.plane?.own(owner, { upstream, linger, seed: `${seed}/${this.name}` });
  }

  #listenPlace(listen: string): Address {
    if (listen === '') return { host: this.#surroundings.host, port: 0 };
    return parsePlace('listen', listen, ALL_INTERFACES);
  }

  #upstreamPlace(upstream: string): Address {
    return parsePlace('upstream', upstream, LOOPBACK);
  }
}

/** In Go's words, which clients look for. */
function cannotListen(place: Address, thrown: unknown): ApiError {
  const errno = thrown instanceof Error && 'errno' in thrown ? thrown.errno : undefined;
  const reason = typeof errno === 'number' ? `bind: ${getSystemErrorMessage(errno)}` : messageOf(thrown);
  const resolved = thrown instanceof Error && 'address' in thrown ? String(thrown.address) : place.host;
  return new ApiError(500, `listen tcp ${formatAddress({ host: resolved, port: place.port })}: ${reason}`, {
    cause: thrown,
  });
}
