import { type DurationInput, milliseconds, type SizeInput, size, systemClock } from '@bridge/chaos-core';
import { openEmbedded } from '../embedded/open-embedded.ts';
import { LEDGER_EVENT } from '../entry/ledger-events.ts';
import type { NoteSigner } from '../note/signer.ts';
import { ChaosLedger, type LedgerOptions } from './chaos-ledger.ts';

export interface OpenLedgerOptions extends LedgerOptions {
  /** Folder of the ledger; made when missing. One writer at a time. */
  readonly directory: string;
  /** Name of a new log: a URL without its scheme. Default: host name and random digits. An existing log must have it. */
  readonly origin?: string;
  /** Signs instead of the key file of mode 0600 that is made otherwise: a KMS, see `remoteSigner`. */
  readonly signer?: NoteSigner;
  /** When a new segment begins, at the next multiple of 256 entries. Default 64 MiB or a day. */
  readonly segment?: { readonly size?: SizeInput; readonly age?: DurationInput };
}

/**
 * Opens a ledger in a folder. Everything that was acknowledged is there, whatever happened to the process before; what
 * was not may be there. Throws `CHAOS_LEDGER_LOCKED` when another process writes it, `CHAOS_LEDGER_DAMAGED` when
 * acknowledged data is not as it was written.
 */
export async function openLedger(options: OpenLedgerOptions): Promise<ChaosLedger> {
  const { store, repair, redactionKey } = await openEmbedded({
    directory: options.directory,
    origin: options.origin,
    signer: options.signer,
    clock: options.clock ?? systemClock,
    limits: {
      bytes: size.parse(options.segment?.size ?? '64MiB'),
      age: milliseconds(options.segment?.age ?? '1d'),
    },
  });
  const ledger = new ChaosLedger(store, redactionKey, options);
  if (repair !== undefined) await ledger.record(LEDGER_EVENT.recovered, repair);
  return ledger.warm();
}
