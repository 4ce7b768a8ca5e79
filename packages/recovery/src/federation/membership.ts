import { type Clock, freshId } from '@bridge/chaos-core';
import type { Database } from '../postgres/database.ts';
import type { FederationEmit } from './federation-events.ts';

export interface MembershipOptions {
  readonly database: Database;
  readonly schema: string;
  readonly node: string;
  readonly realm: string;
  /** Verifier of this replica's signatures, for the others. */
  readonly publicKey: string;
  /** Milliseconds without a heartbeat after which the others may undo this replica's faults. */
  readonly ttl: number;
  readonly clock: Clock;
  readonly emit: FederationEmit;
}

/**
 * This replica's place in the fleet. Others may act on its faults once it was silent for its ttl; it stops trusting itself
 * after two thirds of that, on its own monotonic clock.
 */
export class Membership {
  readonly #options: MembershipOptions;
  #instance: string | undefined;
  readonly #joined = Promise.withResolvers<void>();
  #trustedUntil = Number.NEGATIVE_INFINITY;

  constructor(options: MembershipOptions) {
    this.#options = options;
  }

  /** The name of this life in the fleet; undefined before the first heartbeat that came through. */
  get instance(): string | undefined {
    return this.#instance;
  }

  /** Resolves with the first heartbeat that came through. */
  get joined(): Promise<void> {
    return this.#joined.promise;
  }

  /** Whether nobody can have acted in the place of this life. */
  isTrusted(instance: string): boolean {
    return instance === this.#instance && this.#options.clock.now() < this.#trustedUntil;
  }

  /** One heartbeat. Rejects when it did not come through. */
  async beat(): Promise<void> {
    const { database, schema, clock, ttl, node, emit } = this.#options;
    const askedAt = clock.now();
    if (this.#instance !== undefined) {
      const { rows } = await database.query(
        `UPDATE ${schema}.replica SET beat = beat + 1, beat_at = clock_timestamp()
         WHERE instance = $1 AND evicted_by IS NULL RETURNING beat`,
        [this.#instance],
      );
      if (rows.length > 0) return this.#trust(askedAt + (ttl * 2) / 3);
      emit({ type: 'federation:rejoined', data: { node } });
    }
    await this.#join();
    this.#trust(askedAt + (ttl * 2) / 3);
    this.#joined.resolve();
  }

  /** The others need not wait for this replica any more. */
  async leave(): Promise<void> {
    const { database, schema } = this.#options;
    if (this.#instance === undefined) return;
    const values = [this.#instance];
    this.#instance = undefined;
    await database.query(`UPDATE ${schema}.replica SET evicted_by = $1 WHERE instance = $1`, values);
  }

  #trust(until: number): void {
    this.#trustedUntil = until;
  }

  async #join(): Promise<void> {
    const { database, schema, node, realm, publicKey, ttl } = this.#options;
    const instance = freshId('replica');
    await database.query(
      `INSERT INTO ${schema}.replica (instance, node, realm, key, ttl, beat, joined_at, beat_at)
       VALUES ($1, $2, $3, $4, $5, 1, clock_timestamp(), clock_timestamp())`,
      [instance, node, realm, publicKey, ttl],
    );
    this.#instance = instance;
  }
}
