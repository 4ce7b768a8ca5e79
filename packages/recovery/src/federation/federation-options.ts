import { hostname } from 'node:os';
import {
  ChaosError,
  type ChaosPlugin,
  type Clock,
  type DurationInput,
  type Ledger,
  type Logger,
  milliseconds,
  silentLogger,
  systemClock,
} from '@bridge/chaos-core';
import { checkedSchema } from '../postgres/migrations.ts';
import type { SqlPool } from '../postgres/sql-pool.ts';
import type { ConsensusSigner } from './consensus.ts';
import { FLEET_LIMITS, type FleetLimits } from './fleet-limits.ts';

export interface FederationOptions {
  /** A `Pool` of `pg` of its own, `max: 4` is enough; it must have `connectionTimeoutMillis`. It stays the caller's. */
  readonly pool: SqlPool;
  /** Name of this replica, unique in the fleet: letters, digits, ".", "_" and "-". */
  readonly node: string;
  /**
   * Replicas of one realm reach the same targets: the same Docker engine. They undo each other's faults. Default: the
   * host's name.
   */
  readonly realm?: string;
  /** Kinds of targets that every replica of the realm reaches. Default `container`. */
  readonly reaches?: readonly string[];
  /** The engine's plugins: what faults of others are undone with. */
  readonly plugins: readonly ChaosPlugin[];
  /** Of all replicas together. */
  readonly limits?: Partial<FleetLimits>;
  /** A replica that is silent for this long is dead to the others; also the ttl of leadership. Default 15 s. */
  readonly ttl?: DurationInput;
  /** How often the emergency stop of the fleet is looked at. Default 250 ms. */
  readonly stopEvery?: DurationInput;
  /** Where consensus, leader changes and lost heartbeats are recorded. Default: nowhere. */
  readonly ledger?: Ledger;
  /** Signs what the leader records. Default: a fresh key, whose public half the others find in the shared state. */
  readonly signer?: ConsensusSigner;
  /** Name of the whole in what is signed. Default `SR-AIBRIDGE`. */
  readonly bridge?: string;
  /** Default `chaos_federation`. Made by `migrateFederation`. */
  readonly schema?: string;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

const NAME = /^[\w.-]{1,80}$/;

/** Fills in the defaults. Throws `CHAOS_OPTIONS_INVALID`. */
export function checkedFederation(options: FederationOptions) {
  const { pool, node, plugins, ledger, signer } = options;
  if (!NAME.test(node)) {
    throw new ChaosError(
      'CHAOS_OPTIONS_INVALID',
      `expected a node name of letters, digits, ".", "_" and "-", got "${node}"`,
    );
  }
  const limits: FleetLimits = { ...FLEET_LIMITS, ...options.limits };
  const ttl = milliseconds(options.ttl ?? '15s');
  if (ttl < 100) throw new ChaosError('CHAOS_OPTIONS_INVALID', `expected a ttl of at least 100 ms, got ${ttl}`);
  return {
    pool,
    node,
    plugins,
    ledger,
    signer,
    limits,
    ttl,
    realm: options.realm ?? hostname(),
    reaches: options.reaches ?? ['container'],
    stopEvery: milliseconds(options.stopEvery ?? 250),
    bridge: options.bridge ?? 'SR-AIBRIDGE',
    schema: checkedSchema(options.schema),
    clock: options.clock ?? systemClock,
    log: options.logger ?? silentLogger,
  };
}

export type CheckedFederation = ReturnType<typeof checkedFederation>;
