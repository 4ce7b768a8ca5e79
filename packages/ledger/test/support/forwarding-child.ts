/** Appends to a ledger and forwards it until it is killed. */

import { openLedger } from '../../src/ledger/open-ledger.ts';
import { parseVerifierKey } from '../../src/note/verifier.ts';
import { Outbox } from '../../src/outbox/outbox.ts';
import { entryAt } from './entries.ts';

const [directory = '', url = '', witness = '', from = '0'] = process.argv.slice(2);
const ledger = await openLedger({ directory });
const outbox = new Outbox(ledger, {
  destination: 'sovereign',
  url,
  witness: parseVerifierKey(witness),
  timeout: 300,
  retry: { first: 5, longest: 40 },
  breaker: { failures: 20, pause: 50 },
});
outbox.done.catch((error) => {
  console.error(error);
  process.exit(3);
});
for (let at = Number(from); ; at += 1) {
  await ledger.append(entryAt(at));
  if (at === Number(from)) console.log('appending');
}
