import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChaosEngine, type Ledger } from '@bridge/chaos-core';
import type pg from 'pg';
import { Federation } from '../../src/federation/federation.ts';
import type { FederationEvent } from '../../src/federation/federation-events.ts';
import type { FleetLimits } from '../../src/federation/fleet-limits.ts';
import { poolOf } from '../postgres/federation-database.ts';
import marks from './marks-plugin.ts';

export interface ReplicaOptions {
  readonly node: string;
  readonly database: pg.PoolConfig;
  readonly schema: string;
  readonly ttl: number;
  readonly realm?: string;
  readonly limits?: Partial<FleetLimits>;
  readonly ledger?: Ledger;
}

/** A host service with an engine, in a federation. */
export class Replica implements AsyncDisposable {
  readonly federation: Federation;
  readonly engine: ChaosEngine<[ReturnType<typeof marks>]>;
  readonly events: FederationEvent[] = [];
  readonly #pool: pg.Pool;
  readonly #state: string;
  readonly #looks = new Set<() => void>();

  private constructor(
    { node, database, schema, ttl, realm = 'here', limits = {}, ledger }: ReplicaOptions,
    state: string,
  ) {
    this.#state = state;
    this.#pool = poolOf({ ...database, max: 4, connectionTimeoutMillis: 2_000 });
    this.federation = Federation.join({
      pool: this.#pool,
      node,
      schema,
      ttl,
      realm,
      reaches: ['folder'],
      plugins: [marks()],
      limits,
      ...(ledger === undefined ? {} : { ledger }),
    });
    this.federation.on((event) => {
      this.events.push(event);
      for (const look of this.#looks) look();
    });
    this.engine = new ChaosEngine({
      plugins: [marks()],
      state,
      armed: true,
      guardian: 'none',
      signals: false,
      safety: { maxShareOfGroup: 1 },
      guards: [this.federation.guard],
      sharedJournal: this.federation.journal,
    });
  }

  static async start(options: ReplicaOptions): Promise<Replica> {
    const replica = new Replica(options, await mkdtemp(join(tmpdir(), 'chaos-rep-')));
    await replica.engine.start();
    replica.federation.attach(replica.engine);
    return replica;
  }

  mark(folder: string) {
    return this.engine.inject({ type: 'folder.mark', target: { folder }, params: {} });
  }

  /** Resolves with the first event, of the past too, that fits. */
  saw(fits: (event: FederationEvent) => boolean): Promise<FederationEvent> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.events.find(fits);
        if (found === undefined) return;
        this.#looks.delete(look);
        resolve(found);
      };
      this.#looks.add(look);
      look();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engine.close();
    await this.federation.close();
    await this.#pool.end();
    await rm(this.#state, { recursive: true, force: true });
  }
}
