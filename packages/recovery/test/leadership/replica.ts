/**
 * One replica of a host service: campaigns, and acts for as long as it believes it leads. Beside that it is as bad as a
 * leader can be: when a term of its is over, it asks the fence for one more deed in it, again and again. Whatever the fence grants is in the database; the lines only tell who leads.
 */
import { writeSync } from 'node:fs';
import { freshId, systemClock } from '@bridge/chaos-core';
import { LeaderElector, nodeOf } from '../../src/leadership/leader-elector.ts';
import type { Tenure } from '../../src/leadership/lease-store.ts';
import { postgresLeases } from '../../src/leadership/postgres-leases.ts';
import { ON_MOVABLE_CLOCK } from '../postgres/database-clock.ts';
import { poolOf } from '../postgres/federation-database.ts';

const [port = '', node = '', ttlText = ''] = process.argv.slice(2);
const ttl = Number(ttlText);
const pool = poolOf({
  host: '127.0.0.1',
  port: Number(port),
  max: 3,
  connectionTimeoutMillis: ttl,
  application_name: 'replica',
  options: ON_MOVABLE_CLOCK,
});
const leases = postgresLeases({ pool, patience: ttl / 6 });
const elector = LeaderElector.start({ leases, name: 'fleet', node, ttl });

let last: Tenure | undefined;
elector.onChange((standing) => {
  const term = standing.role === 'leader' ? String(standing.term) : null;
  writeSync(1, `${JSON.stringify({ node, role: standing.role, term })}\n`);
});

async function actWhileLeading(): Promise<never> {
  for (;;) {
    await systemClock.sleep(15);
    const { standing } = elector;
    if (standing.role !== 'leader') continue;
    const held = await elector.current().catch(() => null);
    if (held !== null && nodeOf(held.holder) === node)
      last = { name: 'fleet', holder: held.holder, ttl, term: held.term };
    const grant = await elector.begin({ key: freshId('deed'), what: 'a leader acts', timeout: ttl / 10 });
    if (grant.granted) await grant.finish('done');
  }
}

async function insistOnTheLastTerm(): Promise<never> {
  for (;;) {
    await systemClock.sleep(25);
    const { standing } = elector;
    if (last === undefined || (standing.role === 'leader' && standing.term === last.term)) continue;
    const action = { key: freshId('late'), what: 'an ex-leader insists', timeout: 1 };
    const fenced = await leases
      .begin(last, action, { span: ttl, request: Number.MAX_SAFE_INTEGER })
      .catch(() => undefined);
    if (fenced?.outcome === 'stale') writeSync(1, `${JSON.stringify({ node, stale: String(last.term) })}\n`);
  }
}

process.on('unhandledRejection', (error) => {
  writeSync(1, `${JSON.stringify({ node, unhandled: String(error) })}\n`);
});
await Promise.all([actWhileLeading(), insistOnTheLastTerm()]);
