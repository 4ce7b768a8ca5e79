/**
 * Appends to an embedded ledger until it is killed. Writes each acknowledged number to the standard output, with a
 * synchronous write, so that the parent knows of every acknowledgement, up to the one that the kill interrupts.
 */
import { writeSync } from 'node:fs';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { entryAt } from './entries.ts';

const [directory = '', from = '0', concurrency = '8'] = process.argv.slice(2);
const ledger = await openLedger({ directory, segment: { size: '200KB' } });
let next = Number(from);

async function appendForever(): Promise<never> {
  for (;;) {
    const at = next;
    next += 1;
    const { index } = await ledger.append(entryAt(at));
    writeSync(1, `${at} ${index}\n`);
  }
}

await Promise.all(Array.from({ length: Number(concurrency) }, appendForever));
