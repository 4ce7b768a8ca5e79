import { openLedger } from '../src/ledger/open-ledger.ts';
import { durableLedgerConformance } from './support/conformance.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

durableLedgerConformance('embedded ledger', async () => {
  const directory = await temporaryFolder();
  return {
    // Small segments, so that a few hundred entries fill several.
    open: (options) => openLedger({ ...options, directory, segment: { size: '20KB' } }),
    reopen: async (ledger) => {
      await ledger.close();
      return openLedger({ directory, segment: { size: '20KB' } });
    },
  };
});
