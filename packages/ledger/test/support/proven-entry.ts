import { memoryLedger } from '../../src/ledger/memory-ledger.ts';
import { entries } from './entries.ts';

/** The same bytes with one bit changed. */
export const flip = (bytes: Buffer, at: number, bit: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ (1 << bit);
  return copy;
};

/** A ledger in memory with so many entries. */
export async function ledgerOf(size: number) {
  const ledger = await memoryLedger({ origin: 'example.com/chaos' });
  for (let from = 0; from < size; from += 1_000) {
    await Promise.all(entries(Math.min(1_000, size - from), from).map((entry) => ledger.append(entry)));
  }
  return ledger;
}

/** One entry with its proof, as files would hold them. */
export async function provenEntry() {
  const ledger = await ledgerOf(300);
  const proof = Buffer.from(await ledger.prove(137));
  let entry = Buffer.alloc(0);
  for await (const { text } of ledger.store.read(137, 138)) entry = Buffer.from(text);
  const [key] = ledger.keys();
  if (key === undefined) throw new Error('a ledger has a key');
  return { ledger, proof, entry, verifier: key.verifier };
}
