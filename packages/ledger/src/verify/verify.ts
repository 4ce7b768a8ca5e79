import type { ChaosLedger } from '../ledger/chaos-ledger.ts';
import type { VerifyReport } from './report.ts';
import { verifyBundle } from './verify-bundle.ts';
import { verifyDirectory } from './verify-directory.ts';
import type { VerifyOptions } from './verify-options.ts';
import { verifyStore } from './verify-store.ts';

/** What to verify: a ledger's folder, an exported bundle, or an open ledger (a database). */
export type VerifyTarget =
  | { readonly directory: string }
  | { readonly bundle: string }
  | { readonly ledger: ChaosLedger };

/**
 * Verifies a log without trusting it: integrity (every hash computed again, signatures), completeness (numbers of every
 * source), and how far witnesses have seen it. Names the first bad position. Reads only; memory does not grow with the log.
 */
export function verify(target: VerifyTarget & VerifyOptions): Promise<VerifyReport> {
  if ('directory' in target) return verifyDirectory(target.directory, target);
  if ('bundle' in target) return verifyBundle(target.bundle, target);
  return verifyStore(target.ledger.store, target);
}
