/** Appends to a log in PostgreSQL and reports each acknowledged number, until it is killed. */
import { writeSync } from 'node:fs';
import pg from 'pg';
import { postgresLedger } from '../../src/ledger/postgres-ledger.ts';
import { parseSigner } from '../../src/note/signer.ts';
import { entryAt } from './entries.ts';

const [host = '', log = '', skey = '', from = '0'] = process.argv.slice(2);
const pool = new pg.Pool({ host, user: 'postgres', database: 'postgres', max: 4 });
// A terminated idle connection is replaced by the pool; without a listener it would end the process.
pool.on('error', () => undefined);
const ledger = await postgresLedger({ pool, log, signer: parseSigner(skey) });
let next = Number(from);

async function appendForever(): Promise<never> {
  for (;;) {
    const at = next;
    next += 1;
    const { index } = await ledger.append(entryAt(at));
    writeSync(1, `${at} ${index}\n`);
  }
}

await Promise.all(Array.from({ length: 8 }, appendForever));
