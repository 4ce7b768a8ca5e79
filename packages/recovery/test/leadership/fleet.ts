import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type FaultProxy, proxy } from '@bridge/chaos-injectors';
import type pg from 'pg';

const REPLICA = fileURLToPath(new URL('./replica.ts', import.meta.url));

export type Line = Readonly<Record<string, string | null>>;

/** A replica in a process of its own, with a proxy of its own between it and the database. */
export class Replica implements AsyncDisposable {
  readonly node: string;
  readonly line: FaultProxy;
  readonly said: Line[] = [];
  readonly #ttl: number;
  #child: ChildProcess;
  #ended: Promise<unknown>;

  private constructor(node: string, line: FaultProxy, ttl: number) {
    this.node = node;
    this.line = line;
    this.#ttl = ttl;
    [this.#child, this.#ended] = this.#spawn();
  }

  static async start(node: string, databasePort: number, ttl: number): Promise<Replica> {
    return new Replica(node, await proxy({ name: node, upstream: databasePort }), ttl);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  async replace(): Promise<void> {
    await this.kill();
    [this.#child, this.#ended] = this.#spawn();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await this.line.close();
  }

  #spawn(): [ChildProcess, Promise<unknown>] {
    const args = ['-C', '@bridge/source', REPLICA, String(this.line.port), this.node, String(this.#ttl)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    child.once('exit', (code, signal) => {
      // Nothing that happens to the database may end the host.
      if (signal !== 'SIGKILL') this.said.push({ node: this.node, died: `${code} ${signal}` });
    });
    createInterface({ input: child.stdout }).on('line', (line) => this.said.push(JSON.parse(line)));
    return [child, once(child, 'exit')];
  }
}

export interface Deeds {
  readonly deeds: number;
  readonly terms: number;
  /** Deeds that were granted although a later term had granted one before. */
  readonly stale: number;
  /** Terms in which more than one holder was granted deeds. */
  readonly shared: number;
}

/** What the fence let through, as the database has it. */
export async function deedsSoFar(pool: pg.Pool): Promise<Deeds> {
  const { rows } = await pool.query<Deeds>(`
    WITH ordered AS (SELECT *, max(token) OVER (ORDER BY id) AS highest FROM chaos_federation.action WHERE lease = 'fleet')
    SELECT count(*)::int AS deeds, count(DISTINCT token)::int AS terms,
      count(*) FILTER (WHERE token < highest)::int AS stale,
      (SELECT count(*)::int FROM (SELECT token FROM ordered GROUP BY token HAVING count(DISTINCT holder) > 1) s) AS shared
    FROM ordered`);
  const [row] = rows;
  if (row === undefined) throw new Error('expected a row');
  return row;
}

/** The newest term that was granted a deed, and who acts in it. */
export async function leaderNow(pool: pg.Pool): Promise<{ term: bigint; node: string; id: bigint } | undefined> {
  const { rows } = await pool.query(
    "SELECT id, token, holder FROM chaos_federation.action WHERE lease = 'fleet' ORDER BY id DESC LIMIT 1",
  );
  const [row] = rows;
  return row && { term: BigInt(row.token), node: String(row.holder).replace(/\/.*/, ''), id: BigInt(row.id) };
}
