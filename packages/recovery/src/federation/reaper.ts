import { type Clock, Custodian, eachNewestFirst, type Logger, messageOf, type Registry } from '@bridge/chaos-core';
import type { Database } from '../postgres/database.ts';
import type { FederationEmit } from './federation-events.ts';
import { type FleetFault, isLeft, leftFaults } from './fleet-faults.ts';
import { LeftFault } from './left-fault.ts';
import type { Membership } from './membership.ts';

export interface ReaperOptions {
  readonly database: Database;
  readonly schema: string;
  readonly realm: string;
  readonly registry: Registry;
  /** Kinds of targets that every replica of the realm can reach. */
  readonly reaches: readonly string[];
  readonly membership: Membership;
  readonly clock: Clock;
  readonly log: Logger;
  readonly emit: FederationEmit;
}

/** Milliseconds for one attempt to undo, and for all of a round; what is left is tried in the next round. */
const ATTEMPT = 15_000;
const REVERT = 30_000;

/**
 * Undoes and proves undone what dead replicas left, from the shared records alone. Of a fault that this replica cannot
 * reach it leaves the record, which goes on to count against the limits of the fleet.
 */
export class Reaper {
  readonly #options: ReaperOptions;
  /** When the owner of a fault was first known dead, monotonic ms. */
  readonly #deadSince = new Map<string, number>();
  #stranded: readonly FleetFault[] = [];

  constructor(options: ReaperOptions) {
    this.#options = options;
  }

  /** Faults of dead replicas that this one cannot undo. */
  get stranded(): readonly FleetFault[] {
    return this.#stranded;
  }

  /** One round. Rejects when the shared records cannot be read; what cannot be undone is only told. */
  async round(): Promise<void> {
    const { database, schema, membership, clock } = this.#options;
    const by = membership.instance;
    if (by === undefined) return;
    const left = await leftFaults(database, schema);
    for (const { owner } of left) if (!this.#deadSince.has(owner)) this.#deadSince.set(owner, clock.now());
    const reachable = left.filter((fault) => this.#reaches(fault));
    this.#stranded = left.filter((fault) => !reachable.includes(fault));
    const items = reachable.toReversed().map((fault) => ({ fault, target: fault.record.target }));
    await eachNewestFirst(items, ({ fault }) => this.#undo(fault, by));
    await this.#forgetThePlaces();
  }

  /** Takes the record of a stranded fault away, since somebody put it right by hand. False when there is none. */
  async forget(id: string): Promise<boolean> {
    const { database, schema } = this.#options;
    const { rows } = await database.query(
      `DELETE FROM ${schema}.fault f WHERE f.id = $1 AND ${isLeft(schema)} RETURNING f.id`,
      [id],
    );
    this.#stranded = this.#stranded.filter(({ record }) => record.id !== id);
    return rows.length > 0;
  }

  #reaches({ realm, record }: FleetFault): boolean {
    const { reaches, registry } = this.#options;
    // It lived in the dead replica's own process, and ended with it.
    if (record.survives === 'engine') return true;
    return realm === this.#options.realm && reaches.includes(record.target.kind) && registry.faults.has(record.type);
  }

  async #undo(fault: FleetFault, by: string): Promise<void> {
    const { database, schema, clock, log, registry, emit } = this.#options;
    const entry = new LeftFault(fault, database, schema, by);
    try {
      if ((await entry.claim()) !== 'mine') return;
      const custodian = new Custodian({ clock, log, registry, by, attempt: ATTEMPT, revert: REVERT });
      const deadSince = this.#deadSince.get(fault.owner) ?? clock.now();
      const custody = await custodian.undoForGood(entry, 'engine-dead', deadSince);
      const { type, target } = fault.record;
      const reason = custody.outcome === 'leaked' ? custody.reason : null;
      if (custody.outcome !== 'leaked') await entry.settle();
      const data = { fault: entry.id, type, target: target.name, outcome: custody.outcome, reason };
      emit({ type: 'federation:reverted', data });
    } catch (error) {
      log.warn({ fault: entry.id, reason: messageOf(error) }, 'a fault of a dead replica is left to the next round');
    }
  }

  /** A place that was taken away is kept as long as faults name it. */
  async #forgetThePlaces(): Promise<void> {
    const { database, schema } = this.#options;
    await database.query(
      `DELETE FROM ${schema}.replica r WHERE r.evicted_by IS NOT NULL AND r.beat_at < clock_timestamp() - interval '1 hour'
       AND NOT EXISTS (SELECT 1 FROM ${schema}.fault f WHERE f.owner = r.instance)`,
    );
  }
}
