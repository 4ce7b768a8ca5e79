import { type Clock, unlessAborted } from '@bridge/chaos-core';
import type { ContainerRecord } from '../../container/container-record.ts';
import { removeUnstarted } from '../../container/helper-container.ts';
import { callContext } from '../../container/own-engine-container.ts';
import type { CallContext, DockerConnection } from '../../docker/connection.ts';
import type { DockerConnections } from '../../docker/connections.ts';
import type { NetworkSettings } from '../options.ts';
import { Helper, PURPOSE } from './helper.ts';
import { toolImage } from './tool-image.ts';

/** Which incarnation's network a helper stands in. */
export type Place = Pick<ContainerRecord, 'connection' | 'id' | 'startedAt'>;

/** The helpers of one plugin: one per target and set of rights, kept while they are in use. */
export class Helpers {
  readonly #connections: DockerConnections;
  readonly #settings: NetworkSettings;
  readonly #images = new Map<string, Promise<string>>();
  readonly #open = new Map<string, Promise<Helper>>();

  constructor(connections: DockerConnections, settings: NetworkSettings) {
    this.#connections = connections;
    this.#settings = settings;
  }

  /** The helper in the network of this incarnation; starts one where there is none. */
  async at(place: Place, raw: boolean, context: CallContext): Promise<Helper> {
    return this.#kept(keyOf(place, raw), place.connection, `container:${place.id}`, raw, context);
  }

  /** A helper in a network of its own, to try what the kernel can do. */
  async apart(connection: string, context: CallContext): Promise<Helper> {
    return this.#kept(`${connection} apart`, connection, 'none', true, context);
  }

  /** The one that `at` would give without starting any. */
  async kept(place: Place, raw: boolean, { signal }: CallContext): Promise<Helper | undefined> {
    return this.#alive(keyOf(place, raw), signal);
  }

  /** The helpers that already stand in this incarnation's network. */
  async standing(place: Place, context: CallContext): Promise<readonly Helper[]> {
    const kept = await Promise.all([true, false].map((raw) => this.kept(place, raw, context)));
    return kept.filter((one) => one !== undefined);
  }

  /** Ends the helpers of an incarnation that is no more. */
  async leave(place: Place, context: CallContext): Promise<void> {
    for (const helper of await this.standing(place, context)) helper.close();
    for (const raw of [true, false]) this.#open.delete(keyOf(place, raw));
  }

  async close(): Promise<void> {
    const all = await Promise.allSettled(this.#open.values());
    this.#open.clear();
    for (const one of all) if (one.status === 'fulfilled') one.value.close();
  }

  async #kept(key: string, name: string, network: string, raw: boolean, context: CallContext): Promise<Helper> {
    const standing = await this.#alive(key, context.signal);
    if (standing !== undefined) return standing;
    // Opened for whoever comes next as well: the end of the one who asked first does not end it.
    const fresh = this.#start(this.#connections.get(name), network, raw, context.clock);
    this.#open.set(key, fresh);
    fresh.catch(() => this.#open.delete(key));
    return unlessAborted(fresh, context.signal);
  }

  /** The one under this key, once it has started. */
  async #alive(key: string, signal: AbortSignal): Promise<Helper | undefined> {
    const opening = this.#open.get(key)?.catch(() => undefined);
    const helper = opening && (await unlessAborted(opening, signal));
    return helper?.alive ? helper : undefined;
  }

  async #start(connection: DockerConnection, network: string, raw: boolean, clock: Clock): Promise<Helper> {
    const context = { ...callContext(), clock };
    const image = await this.imageOn(connection, context);
    const [helper] = await Promise.all([
      Helper.start({ connection, image, network, raw }, context),
      removeUnstarted(connection, PURPOSE, context),
    ]);
    return helper;
  }

  /** The image that helpers on that engine are made of. */
  async imageOn(connection: DockerConnection, context: CallContext): Promise<string> {
    const known = this.#images.get(connection.name);
    if (known !== undefined) return known;
    const asked = toolImage(connection, this.#settings, context);
    this.#images.set(connection.name, asked);
    asked.catch(() => this.#images.delete(connection.name));
    return asked;
  }
}

function keyOf({ connection, id, startedAt }: Place, raw: boolean): string {
  return [connection, id, startedAt, raw ? 'raw' : 'plain'].join(' ');
}
