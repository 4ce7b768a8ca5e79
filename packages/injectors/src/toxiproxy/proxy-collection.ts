import * as z from 'zod';
import { ApiError, missingField, orphaned, proxyExists, proxyNotFound } from './api/api-error.ts';
import { ApiProxy, type ProxyJson, type Surroundings, type Wanted } from './api-proxy.ts';
import { readToxics, type Toxic } from './toxic.ts';
import { Traffic } from './traffic.ts';

/** `toxics` stand before the first connection; Toxiproxy ignores them. */
export const proxyBody = z.object({
  name: z.string().nullish(),
  listen: z.string().nullish(),
  upstream: z.string().nullish(),
  enabled: z.boolean().nullish(),
  toxics: z.array(z.unknown()).nullish(),
});
export type ProxyBody = z.output<typeof proxyBody>;

/** A change; `name` and `toxics`, which clients send along, are ignored. */
export const proxyChange = proxyBody.omit({ name: true, toxics: true });

interface Request {
  readonly name: string;
  readonly wanted: Wanted;
  readonly toxics: readonly Toxic[];
}

/** Some of the proxies asked for stand, and one does not. */
export class PartlyPopulated extends ApiError {
  readonly proxies: readonly ProxyJson[];

  constructor(proxies: readonly ProxyJson[], { status, message }: ApiError) {
    super(status, message);
    this.proxies = proxies;
  }
}

/** The proxies of one server, by name. What changes the same proxy waits its turn; others do not. */
export class ProxyCollection {
  readonly traffic = new Traffic();
  readonly #surroundings: Surroundings;
  readonly #proxies = new Map<string, ApiProxy>();
  /** Those of a former owner: they forward, and clients do not see them. */
  readonly #orphans = new Map<string, ApiProxy>();
  readonly #turns = new Map<string, Promise<unknown>>();
  /** New with every owner; without one nothing is changed. */
  #tenure: object | undefined;

  constructor(surroundings: Omit<Surroundings, 'traffic'>) {
    this.#surroundings = { ...surroundings, traffic: this.traffic };
  }

  /** It has an owner from now on. */
  take(): void {
    this.#tenure = {};
  }

  describe(): Record<string, ProxyJson> {
    return Object.fromEntries([...this.#proxies].map(([name, proxy]) => [name, proxy.describe()]));
  }

  get(name: string): ApiProxy {
    const proxy = this.#proxies.get(name);
    if (proxy === undefined) throw proxyNotFound();
    return proxy;
  }

  /** Runs `work` on the proxy of this name when nothing else changes it. */
  async change<T>(name: string, work: (proxy: ApiProxy) => Promise<T>): Promise<T> {
    return await this.#inTurn(name, () => work(this.get(name)));
  }

  async create(body: ProxyBody): Promise<ProxyJson> {
    const request = read(body, '');
    return await this.#inTurn(request.name, async () => {
      if (this.#proxies.has(request.name)) throw proxyExists();
      return await this.#stand(request);
    });
  }

  /** Makes what is missing, replaces what stands elsewhere, and leaves the rest where it is. */
  async populate(bodies: readonly ProxyBody[]): Promise<readonly ProxyJson[]> {
    const requests = bodies.map((body, index) => read(body, ` at proxy ${index + 1}`));
    const tenure = this.#tenure;
    const done: ProxyJson[] = [];
    for (const request of requests) {
      try {
        done.push(await this.#inTurn(request.name, () => this.#settle(request), tenure));
      } catch (thrown) {
        throw new PartlyPopulated(done, thrown instanceof ApiError ? thrown : new ApiError(500, String(thrown)));
      }
    }
    return done;
  }

  async remove(name: string): Promise<void> {
    await this.change(name, async (proxy) => {
      this.#proxies.delete(name);
      await proxy.close();
    });
  }

  /** Enables every proxy and removes every toxic. */
  async reset(): Promise<void> {
    for (const name of [...this.#proxies.keys()]) {
      await this.change(name, async (proxy) => {
        await proxy.toxics.replace([], proxy.plane);
        await proxy.enable();
      });
    }
  }

  async close(): Promise<void> {
    await this.#endTenure(async (name) => {
      await this.#proxies.get(name)?.close();
      this.#proxies.delete(name);
    });
    await Promise.all([...this.#orphans.values()].map((proxy) => proxy.close()));
  }

  /** The owner is gone: nothing stays broken, and connections go on. Resolves when all of them have ended. */
  async orphan(): Promise<void> {
    await this.#endTenure((name) => this.#setAside(name));
    await Promise.all([...this.#orphans.values()].map((proxy) => proxy.plane?.closed));
  }

  /** What was asked for and has not begun is refused; what stands up meanwhile is followed by `work`, too. */
  async #endTenure(work: (name: string) => Promise<void>): Promise<void> {
    this.#tenure = undefined;
    const names = new Set([...this.#proxies.keys(), ...this.#turns.keys()]);
    await Promise.all([...names].map((name) => this.#queue(name, () => work(name))));
  }

  async #setAside(name: string): Promise<void> {
    const proxy = this.#proxies.get(name);
    if (proxy === undefined) return;
    proxy.orphan();
    this.#proxies.delete(name);
    this.#orphans.set(name, proxy);
  }

  async #settle(request: Request): Promise<ProxyJson> {
    const known = this.#proxies.get(request.name);
    if (known?.isAt(request.wanted)) {
      if (request.toxics.length > 0) await known.toxics.replace(request.toxics, known.plane);
      await known.update({ enabled: request.wanted.enabled });
      return known.describe();
    }
    return await this.#stand(request);
  }

  async #stand({ name, wanted, toxics }: Request): Promise<ProxyJson> {
    const orphan = this.#orphans.get(name);
    const proxy = orphan?.isAt(wanted) ? orphan : new ApiProxy(name, wanted, this.#surroundings);
    // Only now: what cannot be read leaves everything as it is.
    await this.#proxies.get(name)?.close();
    this.#proxies.delete(name);
    this.#orphans.delete(name);
    if (proxy === orphan) proxy.adopt();
    else await orphan?.close();
    await proxy.toxics.replace(toxics, proxy.plane);
    await proxy.update({ enabled: wanted.enabled });
    this.#proxies.set(name, proxy);
    return proxy.describe();
  }

  /** @param tenure in which it was asked for; rejects when that has ended */
  #inTurn<T>(name: string, work: () => Promise<T>, tenure = this.#tenure): Promise<T> {
    return this.#queue(name, async () => {
      if (tenure === undefined || this.#tenure !== tenure) throw orphaned();
      return await work();
    });
  }

  #queue<T>(name: string, work: () => Promise<T>): Promise<T> {
    const done = (this.#turns.get(name) ?? Promise.resolve()).then(work);
    // Whoever asked hears of a failure; the next one in turn starts afresh.
    const turn = done.then(
      () => {},
      () => {},
    );
    this.#turns.set(name, turn);
    void turn.then(() => {
      if (this.#turns.get(name) === turn) this.#turns.delete(name);
    });
    return done;
  }
}

function read({ name, listen, upstream, enabled, toxics }: ProxyBody, where: string): Request {
  if (!name) throw missingField(`name${where}`);
  if (!upstream) throw missingField(`upstream${where}`);
  return {
    name,
    wanted: { listen: listen ?? '', upstream, enabled: enabled ?? true },
    toxics: readToxics(toxics ?? []),
  };
}
