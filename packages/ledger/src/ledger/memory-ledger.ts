import { randomBytes } from 'node:crypto';
import { MemoryStore } from '../memory/memory-store.ts';
import { generateSigner, type NoteSigner } from '../note/signer.ts';
import { ChaosLedger, type LedgerOptions } from './chaos-ledger.ts';

export interface MemoryLedgerOptions extends LedgerOptions {
  /** Default `memory/chaos-ledger`. */
  readonly origin?: string;
  readonly signer?: NoteSigner;
}

/** A ledger that is gone with its process. For tests. */
export async function memoryLedger(options: MemoryLedgerOptions = {}): Promise<ChaosLedger> {
  const signer = options.signer ?? generateSigner(options.origin ?? 'memory/chaos-ledger');
  return new ChaosLedger(await MemoryStore.create(signer), randomBytes(32), options);
}
