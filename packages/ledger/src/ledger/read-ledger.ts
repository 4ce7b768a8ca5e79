import { resolve } from 'node:path';
import { ChaosError } from '@bridge/chaos-core';
import { EmbeddedSnapshot } from '../embedded/embedded-snapshot.ts';
import { readOptional, readOriginKey } from '../embedded/key-files.ts';
import { layoutOf } from '../embedded/layout.ts';
import { loadLog } from '../embedded/load-log.ts';
import { ChaosLedger } from './chaos-ledger.ts';

/**
 * Reads the ledger of a folder as it is now, also while another process writes it: queries, proofs, incidents, bundles
 * of an earlier checkpoint. Takes no lock and changes nothing; appending rejects. Entries that come later are not seen.
 */
export async function readLedger({ directory }: { readonly directory: string }): Promise<ChaosLedger> {
  const layout = layoutOf(resolve(directory));
  const originKey = await readOriginKey(layout);
  if (originKey === undefined) {
    throw new ChaosError('CHAOS_LEDGER_NOT_FOUND', `expected a ledger in ${directory}, found no keys/origin.vkey`);
  }
  const log = await loadLog(layout, originKey);
  const note = log.note ?? (await readOptional(layout.checkpoint));
  if (note === undefined)
    throw new ChaosError('CHAOS_LEDGER_NOT_FOUND', `expected entries in ${directory}, found none yet`);
  return new ChaosLedger(new EmbeddedSnapshot(layout, log, note), Buffer.alloc(32)).warm();
}
