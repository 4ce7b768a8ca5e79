import { ChaosError } from '@bridge/chaos-core';
import type { Hash } from '../merkle/hash.ts';
import { consistencyPath, inclusionPath } from '../merkle/proofs.ts';
import { signCheckpoint } from '../note/checkpoint.ts';
import { formatTlogProof } from '../note/tlog-proof.ts';
import type { LogHead, LogStore } from '../store/log-store.ts';

/** The newest checkpoint, or one of an earlier size, signed by the key in effect now. */
export async function checkpointAt(store: LogStore, size: number): Promise<LogHead> {
  const head = await store.head();
  if (size === head.size) return head;
  checkSize(size, head);
  const { rangeHash } = await store.ranges();
  const root = await rangeHash(0, size);
  return { ...head, size, root, note: await signCheckpoint({ origin: store.origin, size, root }, [store.signer]) };
}

/** Hashes that prove entry `index` to be in the log of `size` entries. */
export async function inclusionOf(store: LogStore, index: number, size: number): Promise<Hash[]> {
  const head = await store.head();
  checkSize(size, head);
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) {
    throw new ChaosError('CHAOS_LEDGER_NOT_FOUND', `expected an entry from 0 to ${size - 1}, got ${index}`);
  }
  if (index < head.first) {
    throw new ChaosError(
      'CHAOS_LEDGER_PRUNED',
      `entry ${index} was removed by retention; the first that is left is ${head.first}`,
    );
  }
  const { rangeHash } = await store.ranges();
  return inclusionPath(index, size, rangeHash);
}

/** Hashes that prove the log of `size` entries to begin with the log of `old` entries. */
export async function consistencyOf(store: LogStore, old: number, size: number): Promise<Hash[]> {
  const head = await store.head();
  checkSize(size, head);
  if (!Number.isSafeInteger(old) || old < 0 || old > size) {
    throw new ChaosError('CHAOS_LEDGER_NOT_FOUND', `expected a size from 0 to ${size}, got ${old}`);
  }
  if (old < head.first && old % 256 !== 0) {
    throw new ChaosError(
      'CHAOS_LEDGER_PRUNED',
      `entries below ${head.first} were removed by retention; sizes below it can be proven only at multiples of 256`,
    );
  }
  const { rangeHash } = await store.ranges();
  return consistencyPath(old, size, rangeHash);
}

/** A `.tlog-proof` of entry `index` under the checkpoint `note` of `size` entries. */
export async function tlogProof(
  store: LogStore,
  index: number,
  { size, note }: Pick<LogHead, 'size' | 'note'>,
): Promise<string> {
  return formatTlogProof({ index, path: await inclusionOf(store, index, size), checkpoint: note });
}

function checkSize(size: number, head: LogHead): void {
  if (!Number.isSafeInteger(size) || size < 0 || size > head.size) {
    throw new ChaosError('CHAOS_LEDGER_NOT_FOUND', `expected a size up to ${head.size}, got ${size}`);
  }
}
