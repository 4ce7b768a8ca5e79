import { memoryLedger } from '../src/ledger/memory-ledger.ts';
import { ledgerConformance } from './support/conformance.ts';

ledgerConformance('memory ledger', async () => ({ open: memoryLedger }));
