import type { Clock } from '@bridge/chaos-core';
import { bigintOf, numberOf, textOf } from '../postgres/columns.ts';
import type { Database } from '../postgres/database.ts';
import type { FederationEmit } from './federation-events.ts';

/** A replica as its last heartbeat left it. */
export interface Peer {
  readonly instance: string;
  readonly node: string;
  readonly realm: string;
  readonly publicKey: string;
  /** Database clock, seconds since the Unix epoch. */
  readonly joinedAt: number;
  readonly beatAt: number;
  readonly alive: boolean;
}

interface Sighting {
  readonly beat: bigint;
  readonly since: number;
}

export interface PeersOptions {
  readonly database: Database;
  readonly schema: string;
  readonly clock: Clock;
  /** Milliseconds between two looks; a longer gap means that this replica was not watching. */
  readonly every: number;
  readonly emit: FederationEmit;
}

/** How many looks may be missed before what was seen earlier does not count any more. */
const GAP = 3;

/**
 * The other replicas, judged by whether their heartbeat moves while this one watches: no clock of another machine and no
 * clock of the database is believed.
 */
export class Peers {
  readonly #options: PeersOptions;
  #sightings = new Map<string, Sighting>();
  #lookedAt = Number.NEGATIVE_INFINITY;
  #seen: readonly Peer[] = [];

  constructor(options: PeersOptions) {
    this.#options = options;
  }

  /** As of the last look that came through. */
  get seen(): readonly Peer[] {
    return this.#seen;
  }

  /** Looks, and takes the place in the fleet away from replicas that were silent for their ttl. */
  async look(by: string): Promise<void> {
    const { database, schema, clock, every } = this.#options;
    const { rows } = await database.query(
      `SELECT instance, node, realm, key, ttl, beat, evicted_by IS NOT NULL AS evicted,
         extract(epoch FROM joined_at)::double precision AS joined_at, extract(epoch FROM beat_at)::double precision AS beat_at
       FROM ${schema}.replica ORDER BY joined_at, instance`,
    );
    const now = clock.now();
    const watched = now - this.#lookedAt <= GAP * every;
    const sightings = new Map<string, Sighting>();
    const peers: Peer[] = [];
    for (const row of rows) {
      const instance = textOf(row['instance']);
      const sighting = this.#sighting(instance, bigintOf(row['beat']), watched, now);
      sightings.set(instance, sighting);
      const silent = now - sighting.since > numberOf(row['ttl']);
      const evicted = row['evicted'] === true || (silent && (await this.#evict(instance, sighting.beat, by)));
      peers.push({
        instance,
        node: textOf(row['node']),
        realm: textOf(row['realm']),
        publicKey: textOf(row['key']),
        joinedAt: numberOf(row['joined_at']),
        beatAt: numberOf(row['beat_at']),
        alive: !evicted,
      });
    }
    this.#sightings = sightings;
    this.#lookedAt = now;
    this.#tell(peers);
  }

  #sighting(instance: string, beat: bigint, watched: boolean, now: number): Sighting {
    const before = this.#sightings.get(instance);
    return watched && before?.beat === beat ? before : { beat, since: now };
  }

  /** Only if it is still as silent as it was seen: a heartbeat in between wins. */
  async #evict(instance: string, beat: bigint, by: string): Promise<boolean> {
    const { database, schema } = this.#options;
    const { rows } = await database.query(
      `UPDATE ${schema}.replica SET evicted_by = $3 WHERE instance = $1 AND beat = $2::bigint RETURNING instance`,
      [instance, String(beat), by],
    );
    return rows.length > 0;
  }

  #tell(peers: readonly Peer[]): void {
    const alive = (list: readonly Peer[]): Set<string> => new Set(list.filter((p) => p.alive).map((p) => p.node));
    const [before, now] = [alive(this.#seen), alive(peers)];
    this.#seen = peers;
    for (const node of now) if (!before.has(node)) this.#options.emit({ type: 'heartbeat:found', data: { node } });
    for (const node of before) if (!now.has(node)) this.#options.emit({ type: 'heartbeat:lost', data: { node } });
  }
}
