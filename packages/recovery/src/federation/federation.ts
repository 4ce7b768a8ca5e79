import { type Guard, messageOf, Registry, type SharedJournal } from '@bridge/chaos-core';
import { LeaderElector } from '../leadership/leader-elector.ts';
import type { Leadership } from '../leadership/leadership.ts';
import { postgresLeases } from '../leadership/postgres-leases.ts';
import { Database } from '../postgres/database.ts';
import { type ConsensusSigner, consensusSigner } from './consensus.ts';
import { ConsensusKeeper } from './consensus-keeper.ts';
import { Duty } from './duty.ts';
import { type FederationEvent, FederationEventHub } from './federation-events.ts';
import { type FederationHealth, HealthBoard } from './federation-health.ts';
import { type CheckedFederation, checkedFederation, type FederationOptions } from './federation-options.ts';
import { FederationRecord } from './federation-record.ts';
import { type FederationState, federationState } from './federation-state.ts';
import { fleetFaults } from './fleet-faults.ts';
import { FleetJournal } from './fleet-journal.ts';
import { FleetGate } from './fleet-limits.ts';
import { FleetStop, type StoppableEngine } from './fleet-stop.ts';
import { LeaderNews } from './leader-news.ts';
import { Membership } from './membership.ts';
import { Peers } from './peers.ts';
import { Reaper } from './reaper.ts';

/**
 * One replica's part in a fleet that shares a PostgreSQL: leadership, limits over all replicas, one emergency stop, and
 * faults of the dead undone by the living. With the database slow, gone or read-only it throws nothing and ends
 * nothing: it says so in `health`, and injections are refused until it is back.
 *
 * @example
 * await using federation = Federation.join({ pool, node: 'node-001', plugins });
 * const engine = new ChaosEngine({ plugins, guards: [federation.guard], sharedJournal: federation.journal });
 * await engine.start();
 * federation.attach(engine);
 */
export class Federation implements AsyncDisposable {
  readonly node: string;
  /** Who of the replicas acts. */
  readonly leadership: Leadership;
  /** For the engine's `guards`. */
  readonly guard: Guard;
  /** For the engine's `sharedJournal`. */
  readonly journal: SharedJournal;
  readonly #events: FederationEventHub;
  readonly #health: HealthBoard;
  readonly #membership: Membership;
  readonly #fleetJournal: FleetJournal;
  readonly #peers: Peers;
  readonly #reaper: Reaper;
  readonly #stop: FleetStop;
  readonly #duties: readonly Duty[];
  readonly #log: CheckedFederation['log'];

  private constructor(checked: CheckedFederation) {
    const { pool, node, realm, ttl, schema, clock, log, limits, ledger, bridge } = checked;
    const signer: ConsensusSigner = checked.signer ?? consensusSigner();
    const database = new Database({ pool, patience: ttl / 6, clock, log });
    const events = new FederationEventHub(log);
    const record = new FederationRecord({ ledger, node, clock, log });
    const { emit } = events;
    events.on((event) => record.note(event));
    this.node = node;
    this.#log = log;
    this.#events = events;
    this.#health = new HealthBoard(node, emit, () => clock.wall());
    const leases = postgresLeases({ pool, schema, patience: ttl / 6, clock, logger: log });
    this.leadership = LeaderElector.start({ leases, name: 'federation', node, ttl, clock, logger: log });
    this.leadership.onChange(new LeaderNews(node, emit).tell);
    const publicKey = signer.publicKey;
    this.#membership = new Membership({ database, schema, node, realm, publicKey, ttl, clock, emit });
    const gate = new FleetGate(limits, () => fleetFaults(database, schema));
    this.#fleetJournal = new FleetJournal({ database, schema, realm, membership: this.#membership, gate });
    this.guard = gate.guard;
    this.journal = this.#fleetJournal;
    const every = ttl / 5;
    this.#peers = new Peers({ database, schema, clock, every, emit });
    const [membership, peers, registry] = [this.#membership, this.#peers, new Registry(checked.plugins)];
    const { reaches } = checked;
    this.#reaper = new Reaper({ database, schema, realm, registry, reaches, membership, clock, log, emit });
    this.#stop = new FleetStop({ database, schema, node, log });
    const { leadership } = this;
    const consensus = new ConsensusKeeper({ node, bridge, signer, leadership, peers, record });
    this.#duties = this.#begin(checked, consensus, every);
  }

  /** Joins the fleet, now or as soon as the database answers. Throws `CHAOS_OPTIONS_INVALID`. */
  static join(options: FederationOptions): Federation {
    return new Federation(checkedFederation(options));
  }

  get health(): FederationHealth {
    return this.#health.health;
  }

  /** Resolves once this replica has its place in the fleet: nothing can be injected before. Never rejects. */
  get joined(): Promise<void> {
    return this.#membership.joined;
  }

  /** The fleet as last seen; costs nothing, never throws. */
  get state(): FederationState {
    const { node, health } = this;
    const { standing } = this.leadership;
    return federationState({ node, standing, peers: this.#peers.seen, health, stranded: this.#reaper.stranded });
  }

  /** Calls back on every event, until disposed. */
  on(listener: (event: FederationEvent) => void): Disposable {
    return this.#events.on(listener);
  }

  /** From now on this engine stops with the fleet, and the fleet with it. */
  attach(engine: StoppableEngine): Disposable {
    return this.#stop.attach(engine);
  }

  /**
   * Says that a fault in `state.stranded` was put right by hand, so that it does not count any more. False when no dead
   * replica left such a fault. Rejects when the database does not answer.
   */
  async forget(
    fault: string,
    reason: string,
    { actor = null }: { readonly actor?: string | null } = {},
  ): Promise<boolean> {
    const forgotten = await this.#reaper.forget(fault);
    if (forgotten) this.#events.emit({ type: 'federation:forgotten', data: { fault, reason, actor } });
    return forgotten;
  }

  /** Gives up leadership and the place in the fleet. Close the engine first: the others undo what it leaves. */
  async close(): Promise<void> {
    await Promise.all([this.leadership.close(), ...this.#duties.map((duty) => duty.end())]);
    const farewell = await Promise.allSettled([this.#fleetJournal.flush(), this.#membership.leave()]);
    for (const step of farewell) {
      if (step.status === 'rejected')
        this.#log.warn(
          { reason: messageOf(step.reason) },
          'the others will see by the missing heartbeat that this one left',
        );
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #begin({ ttl, stopEvery, clock }: CheckedFederation, consensus: ConsensusKeeper, every: number): Duty[] {
    const common = { clock, health: this.#health, afterFailure: ttl / 30 };
    const beat = async (): Promise<void> => {
      await this.#membership.beat();
      await this.#fleetJournal.flush();
    };
    const watch = async (): Promise<void> => {
      const by = this.#membership.instance;
      if (by !== undefined) await this.#peers.look(by);
      await consensus.keep();
    };
    return [
      new Duty({ ...common, name: 'heartbeat', every: ttl / 3, round: beat }),
      new Duty({ ...common, name: 'watching the others', every, round: watch }),
      new Duty({ ...common, name: 'undoing what the dead left', every, round: () => this.#reaper.round() }),
      new Duty({ ...common, name: 'emergency stop', every: stopEvery, round: () => this.#stop.look() }),
    ];
  }
}
