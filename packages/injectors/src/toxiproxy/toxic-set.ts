import type { ConnectionFaultOrder } from '../proxy/control/fault-order.ts';
import type { DataPlane } from '../proxy/plane/data-plane.ts';
import { toxicExists, toxicNotFound } from './api/api-error.ts';
import type { Toxic, ToxicJson } from './toxic.ts';

/** The toxics of one proxy, in the order they were added; names are unique over both streams. */
export class ToxicSet {
  #toxics: readonly Toxic[] = [];

  get orders(): ConnectionFaultOrder[] {
    return ordersOf(this.#toxics);
  }

  /** Upstream ones first, as clients expect. */
  describe(): ToxicJson[] {
    const of = (direction: string): Toxic[] => this.#toxics.filter((toxic) => toxic.direction === direction);
    return [...of('upstream'), ...of('downstream')].map(({ json }) => json);
  }

  get(name: string): Toxic {
    const found = this.#toxics.find(({ json }) => json.name === name);
    if (found === undefined) throw toxicNotFound();
    return found;
  }

  async add(toxic: Toxic, plane: DataPlane | undefined): Promise<void> {
    refuseTwins([...this.#toxics, toxic]);
    this.#toxics = [...this.#toxics, toxic];
    await begin([toxic], plane);
  }

  /** Connections keep what they drew, and a limit what it has counted. */
  async change(toxic: Toxic, plane: DataPlane | undefined): Promise<void> {
    const before = this.get(toxic.json.name);
    this.#toxics = this.#toxics.map((other) => (other === before ? toxic : other));
    if (plane !== undefined && toxic.order !== undefined) plane.amend(toxic.order);
  }

  async remove(name: string, plane: DataPlane | undefined): Promise<void> {
    const toxic = this.get(name);
    this.#toxics = this.#toxics.filter((other) => other !== toxic);
    await end([toxic], plane);
  }

  /** The data plane has dropped them. */
  forget(): void {
    this.#toxics = [];
  }

  /** All of them instead of those before, in one turn: no byte passes in between. */
  async replace(toxics: readonly Toxic[], plane: DataPlane | undefined): Promise<void> {
    refuseTwins(toxics);
    const before = this.#toxics;
    this.#toxics = toxics;
    // Those that begin come first, so that what the others hold does not slip through.
    await Promise.all([begin(toxics, plane), end(before, plane)]);
  }
}

function ordersOf(toxics: readonly Toxic[]): ConnectionFaultOrder[] {
  return toxics.map(({ order }) => order).filter((order) => order !== undefined);
}

async function begin(toxics: readonly Toxic[], plane: DataPlane | undefined): Promise<void> {
  await Promise.all(ordersOf(toxics).map((order) => plane?.add(order, 'owner')));
}

async function end(toxics: readonly Toxic[], plane: DataPlane | undefined): Promise<void> {
  await Promise.all(ordersOf(toxics).map(({ id }) => plane?.remove(id)));
}

function refuseTwins(toxics: readonly Toxic[]): void {
  if (new Set(toxics.map(({ json }) => json.name)).size < toxics.length) throw toxicExists();
}
