import { type ChaosEngine, type Logger, messageOf } from '@bridge/chaos-core';
import { numberOf, textOf } from '../postgres/columns.ts';
import type { Database } from '../postgres/database.ts';

/** What of an engine the fleet's emergency stop moves and listens to. */
export type StoppableEngine = Pick<ChaosEngine, 'emergencyStop' | 'release' | 'status' | 'on'>;

export interface FleetStopOptions {
  readonly database: Database;
  readonly schema: string;
  readonly node: string;
  readonly log: Logger;
}

interface StopRow {
  readonly number: number;
  readonly engaged: boolean;
  readonly reason: string;
  readonly node: string;
}

type Wish = { readonly engaged: boolean; readonly reason: string };

/** How a stop of the fleet is written in an engine's own latch, so that it is known again after a restart. */
const MARK = /^fleet stop (\d+) /;

/**
 * One emergency stop for the whole fleet: engaged or released at one replica, it is at all others within one look. A
 * replica that cannot reach the others stops itself and tells them as soon as it can.
 */
export class FleetStop {
  readonly #options: FleetStopOptions;
  readonly #engines = new Set<StoppableEngine>();
  /** Number of the last change that this replica follows. */
  #followed = 0;
  #wish: Wish | undefined;
  /** This process engaged a stop of its own and told the fleet; a release by another is meant for that one too. */
  #told = false;

  constructor(options: FleetStopOptions) {
    this.#options = options;
  }

  /** From now on this engine stops with the fleet, and the fleet with it. */
  attach(engine: StoppableEngine): Disposable {
    this.#engines.add(engine);
    const { emergencyStop } = engine.status();
    const [, number] = (emergencyStop.engaged ? MARK.exec(emergencyStop.reason) : null) ?? [];
    // Released while this replica was down: the next look tells the engine so.
    this.#followed = Number(number ?? 0);
    const listening = [
      engine.on('emergency:stopped', ({ data }) => this.#want({ engaged: true, reason: data.reason })),
      engine.on('emergency:released', ({ data }) => this.#want({ engaged: false, reason: data.reason })),
    ];
    return {
      [Symbol.dispose]: () => {
        this.#engines.delete(engine);
        for (const each of listening) each[Symbol.dispose]();
      },
    };
  }

  /** One look. Rejects when the shared row cannot be read or written. */
  async look(): Promise<void> {
    const wish = this.#wish;
    if (wish !== undefined) await this.#tell(wish);
    const row = await this.#read();
    if (row !== undefined && row.number > this.#followed) await this.#follow(row);
  }

  #want(wish: Wish): void {
    // What follows the fleet is no wish of its own.
    if (MARK.test(wish.reason)) return;
    this.#wish = wish;
    // The next look tells as well, should this one not come through.
    this.look().catch((error: unknown) =>
      this.#options.log.error({ reason: messageOf(error) }, 'the fleet does not know of the emergency stop yet'),
    );
  }

  async #tell(wish: Wish): Promise<void> {
    const { database, schema, node } = this.#options;
    const { rows } = await database.query(
      `INSERT INTO ${schema}.stop AS s (name, number, engaged, reason, node, changed_at)
       VALUES ('fleet', 1, $1, $2, $3, clock_timestamp())
       ON CONFLICT (name) DO UPDATE
         SET number = s.number + 1, engaged = $1, reason = $2, node = $3, changed_at = clock_timestamp()
       RETURNING number`,
      [wish.engaged, wish.reason, node],
    );
    if (this.#wish === wish) this.#wish = undefined;
    this.#told = wish.engaged;
    this.#followed = Math.max(this.#followed, numberOf(rows[0]?.['number']));
  }

  async #read(): Promise<StopRow | undefined> {
    const { database, schema } = this.#options;
    const { rows } = await database.query(
      `SELECT number, engaged, reason, node FROM ${schema}.stop WHERE name = 'fleet'`,
    );
    const [row] = rows;
    return (
      row && {
        number: numberOf(row['number']),
        engaged: row['engaged'] === true,
        reason: textOf(row['reason']),
        node: textOf(row['node']),
      }
    );
  }

  async #follow({ number, engaged, reason, node }: StopRow): Promise<void> {
    this.#followed = number;
    const text = `fleet stop ${number} by ${node}: ${reason}`;
    const follow = async (engine: StoppableEngine): Promise<void> => {
      if (engaged) await engine.emergencyStop(text, { actor: node });
      else if (this.#isOfTheFleet(engine)) await engine.release(text, { actor: node });
    };
    for (const result of await Promise.allSettled([...this.#engines].map(follow))) {
      if (result.status === 'rejected')
        this.#options.log.error({ reason: messageOf(result.reason) }, 'an engine did not follow the fleet cleanly');
    }
  }

  /** A stop of a former life that the fleet may never have heard of stays, until somebody releases it at this replica. */
  #isOfTheFleet(engine: StoppableEngine): boolean {
    const { emergencyStop } = engine.status();
    return emergencyStop.engaged && (this.#told || MARK.test(emergencyStop.reason));
  }
}
