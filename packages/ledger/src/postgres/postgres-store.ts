import { ChaosError, type Clock } from '@bridge/chaos-core';
import type { Leaf } from '../entry/leaf.ts';
import type { Hash } from '../merkle/hash.ts';
import { rangeHasher, TileRoots } from '../merkle/tile-roots.ts';
import { TILE_WIDTH } from '../merkle/tiles.ts';
import type { NoteSigner } from '../note/signer.ts';
import type { Search } from '../query/search.ts';
import type { LogHead, LogKey, LogStore, StateTexts, StoredEntry } from '../store/log-store.ts';
import { Watchers } from '../store/watchers.ts';
import { Committer } from './committer.ts';
import { type HeadRow, missing, readHead } from './head-row.ts';
import { searchQuery } from './search-query.ts';
import { numberOf, type SqlPool, textOf } from './sql-client.ts';

export interface PostgresParts {
  readonly pool: SqlPool;
  readonly schema: string;
  readonly log: string;
  readonly signer: NoteSigner;
  readonly head: HeadRow;
  readonly keys: readonly LogKey[];
  readonly clock: Clock;
  /** Milliseconds between looks at the head while somebody waits for it to move. */
  readonly pollEvery: number;
}

const PAGE = 1_000;

/** A log in PostgreSQL that many processes append to. The order is the head's row, never a sequence. */
export class PostgresStore implements LogStore {
  readonly origin: string;
  readonly state: StateTexts;
  readonly #pool: SqlPool;
  readonly #schema: string;
  readonly #committer: Committer;
  readonly #clock: Clock;
  readonly #pollEvery: number;
  readonly #keys: LogKey[];
  readonly #roots = new TileRoots();
  readonly #watchers = new Watchers();
  readonly #closing = new AbortController();
  #signer: NoteSigner;

  constructor({ pool, schema, log, signer, head, keys, clock, pollEvery }: PostgresParts) {
    this.origin = log;
    this.#pool = pool;
    this.#schema = schema;
    this.#signer = signer;
    this.#keys = [...keys];
    this.#clock = clock;
    this.#pollEvery = pollEvery;
    this.#committer = new Committer(pool, schema, log, head, clock);
    this.state = this.#stateTexts();
  }

  get signer(): NoteSigner {
    return this.#signer;
  }

  keys(): readonly LogKey[] {
    return this.#keys;
  }

  async head(): Promise<LogHead> {
    const head = await readHead(this.#pool, this.#schema, this.origin, 'unlocked');
    if (head === undefined) throw missing(this.origin);
    const { size, first, root, note } = head;
    return { size, first, root, note };
  }

  async commit(leaves: readonly Leaf[]): Promise<readonly number[]> {
    const indexes = await this.#committer.commit(leaves, this.#signer);
    this.#watchers.reached(Math.max(...indexes) + 1);
    return indexes;
  }

  async *read(from: number, to: number): AsyncGenerator<StoredEntry> {
    const { first, size } = await this.head();
    if (from < first) {
      throw new ChaosError(
        'CHAOS_LEDGER_PRUNED',
        `entry ${from} was removed by retention; the first that is left is ${first}`,
      );
    }
    const end = Math.min(to, size);
    for (let next = from; next < end; next += PAGE) {
      const { rows } = await this.#pool.query(
        `SELECT idx, body, leaf FROM ${this.#schema}.entry WHERE log = $1 AND idx >= $2 AND idx < $3 ORDER BY idx`,
        [this.origin, next, Math.min(end, next + PAGE)],
      );
      for (const row of rows)
        yield { index: numberOf(row['idx']), text: textOf(row['body']), leaf: textOf(row['leaf']) };
    }
  }

  async *checkpoints(from: number, to: number): AsyncGenerator<{ note: string }> {
    for (let after = from; after < to; ) {
      const { rows } = await this.#pool.query(
        `SELECT size, note FROM ${this.#schema}.checkpoint WHERE log = $1 AND size > $2 AND size <= $3 ORDER BY size LIMIT ${PAGE}`,
        [this.origin, after, to],
      );
      for (const row of rows) yield { note: textOf(row['note']) };
      if (rows.length < PAGE) return;
      after = numberOf(rows.at(-1)?.['size']);
    }
  }

  async search(search: Search): Promise<readonly number[]> {
    const { text, values } = searchQuery(this.#schema, this.origin, search);
    const { rows } = await this.#pool.query(text, values);
    return rows.map((row) => numberOf(row['idx']));
  }

  async ranges() {
    const { rows } = await this.#pool.query(
      `SELECT n, root FROM ${this.#schema}.tile WHERE log = $1 AND n >= $2 ORDER BY n`,
      [this.origin, this.#roots.count],
    );
    for (const row of rows) {
      // Another call may have brought it meanwhile.
      if (numberOf(row['n']) === this.#roots.count) this.#roots.push(textOf(row['root']));
    }
    return { roots: this.#roots, rangeHash: rangeHasher(this.#roots, (tile) => this.#leavesOf(tile)) };
  }

  async #leavesOf(tile: number): Promise<readonly Hash[]> {
    const { rows } = await this.#pool.query(
      `SELECT leaf FROM ${this.#schema}.entry WHERE log = $1 AND idx >= $2 AND idx < $3 ORDER BY idx`,
      [this.origin, tile * TILE_WIDTH, (tile + 1) * TILE_WIDTH],
    );
    return rows.map((row) => textOf(row['leaf']));
  }

  /** Own appends are noticed at once, those of other processes by looking at the head. */
  async beyond(size: number, signal: AbortSignal): Promise<void> {
    const found = new AbortController();
    const ended = AbortSignal.any([signal, this.#closing.signal, found.signal]);
    const noticed = this.#watchers.beyond(size, (await this.head()).size, ended);
    try {
      await Promise.race([noticed, this.#poll(size, ended)]);
    } finally {
      found.abort(new ChaosError('CHAOS_LEDGER_CLOSED', 'nobody waits any more'));
      await noticed.catch(() => undefined);
    }
  }

  async #poll(size: number, signal: AbortSignal): Promise<void> {
    while ((await this.head()).size <= size) await this.#clock.sleep(this.#pollEvery, { signal, ref: false });
  }

  async rotate(next: NoteSigner, announcement: Leaf): Promise<void> {
    const { size, note } = await this.#committer.rotate(announcement, this.#signer, next.verifier.vkey);
    this.#signer = next;
    this.#keys.push({ from: size, verifier: next.verifier, handover: { entry: announcement.text, note } });
  }

  async prunable(upto: number): Promise<number> {
    const { first } = await this.head();
    return Math.max(first, Math.floor(upto / TILE_WIDTH) * TILE_WIDTH);
  }

  async bytesFrom(from: number): Promise<number> {
    const { rows } = await this.#pool.query(
      `SELECT coalesce(sum(octet_length(body)), 0)::bigint AS bytes FROM ${this.#schema}.entry WHERE log = $1 AND idx >= $2`,
      [this.origin, from],
    );
    return numberOf(rows[0]?.['bytes']);
  }

  /** Raising `first` is what releases rows; a cut-off run is finished by the next. */
  async prune(upto: number): Promise<void> {
    await this.#pool.query(`UPDATE ${this.#schema}.head SET first = $2 WHERE log = $1 AND first < $2`, [
      this.origin,
      upto,
    ]);
    await this.#pool.query(`DELETE FROM ${this.#schema}.entry WHERE log = $1 AND idx < $2`, [this.origin, upto]);
    await this.#pool.query(`DELETE FROM ${this.#schema}.checkpoint WHERE log = $1 AND size <= $2`, [this.origin, upto]);
  }

  /** The pool is the caller's, and stays open. */
  async close(): Promise<void> {
    this.#closing.abort(new ChaosError('CHAOS_LEDGER_CLOSED', 'the ledger was closed'));
    this.#watchers.close();
  }

  #stateTexts(): StateTexts {
    const table = `${this.#schema}.state`;
    return {
      get: async (name) => {
        const { rows } = await this.#pool.query(`SELECT value FROM ${table} WHERE log = $1 AND name = $2`, [
          this.origin,
          name,
        ]);
        return rows[0] === undefined ? undefined : textOf(rows[0]['value']);
      },
      put: async (name, text) => {
        const insert = `INSERT INTO ${table} (log, name, value) VALUES ($1, $2, $3) ON CONFLICT (log, name) DO UPDATE SET value = $3`;
        await this.#pool.query(insert, [this.origin, name, text]);
      },
      names: async () => {
        const { rows } = await this.#pool.query(`SELECT name FROM ${table} WHERE log = $1`, [this.origin]);
        return rows.map((row) => textOf(row['name']));
      },
    };
  }
}
