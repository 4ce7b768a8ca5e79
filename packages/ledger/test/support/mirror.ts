import { onTestFinished } from 'vitest';
import type { ChaosLedger } from '../../src/ledger/chaos-ledger.ts';
import { cosigner } from '../../src/note/signer.ts';
import { Witness } from '../../src/witness/witness.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const witnessKey = cosigner('mirror.example/w1');

/** For an outbox that sends to the mirror and loses no time between two attempts. */
export const quick = { destination: 'sovereign', witness: witnessKey.verifier, retry: { first: 1, longest: 5 } };

/** A mirror of the ledger that listens until the test is over. */
export async function mirrorOf(ledger: ChaosLedger): Promise<{ witness: Witness; url: string }> {
  const logs = ledger
    .keys()
    .slice(0, 1)
    .map(({ verifier }) => ({ key: verifier }));
  const witness = new Witness({ directory: await temporaryFolder(), mode: 'mirror', signer: witnessKey, logs });
  const running = await witness.listen();
  onTestFinished(() => running.close());
  return { witness, url: running.url };
}
