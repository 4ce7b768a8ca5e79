/**
 * Appends one entry after the other to the ledger in the given folder, also after failures, and writes down what became
 * of each: `+` acknowledged, `-` refused with its code.
 */
import { writeSync } from 'node:fs';
import { isChaosError } from '@bridge/chaos-core';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { entryAt } from './entries.ts';

const [directory = '', count = '20', padding = '0'] = process.argv.slice(2);
const ledger = await openLedger({ directory });
writeSync(1, 'open\n');
for (let at = 0; at < Number(count); at += 1) {
  try {
    await ledger.append(entryAt(at, { data: { padding: 'x '.repeat(Number(padding)).slice(0, 4_000) } }));
    writeSync(1, `+ ${at}\n`);
  } catch (error) {
    writeSync(1, `- ${at} ${isChaosError(error) ? error.code : String(error)}\n`);
  }
}
process.exit(0);
