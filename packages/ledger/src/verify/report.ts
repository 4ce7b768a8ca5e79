import type { Hash } from '../merkle/hash.ts';
import type { Witnessed } from '../note/checkpoint.ts';

/** Whether the entries are the ones that were signed. */
export type Integrity =
  | { readonly verdict: 'intact' }
  | {
      readonly verdict: 'damaged';
      /** The first entry that cannot be trusted; everything below was found as it was signed. */
      readonly index: number;
      readonly reason: string;
      /** File and byte, where there is one. */
      readonly place?: string;
    };

/** Numbers a source used that no entry carries. */
export interface SourceGap {
  readonly service: string;
  readonly instance: string;
  readonly boot: string;
  /** First and last missing number. */
  readonly from: number;
  readonly to: number;
}

/**
 * Whether everything that was meant to be recorded is there. `partial`: the beginning was removed by retention or the
 * copy is a selection, and what is left has no gaps.
 */
export interface Completeness {
  readonly verdict: 'complete' | 'gaps' | 'partial';
  readonly sources: number;
  readonly gaps: readonly SourceGap[];
}

/** Up to where another party has seen the log. Below, nobody can have changed it unnoticed, not even with the key. */
export interface Anchored {
  readonly size: number;
  readonly witnesses: readonly Witnessed[];
}

export interface VerifyReport {
  /** True when integrity is `intact` and completeness is not `gaps`. */
  readonly ok: boolean;
  readonly origin: string;
  readonly size: number;
  readonly first: number;
  readonly root: Hash;
  /** `policy`: the key was given by whoever verifies. `own-key`: it came with the log, so only accidents are excluded. */
  readonly trust: 'policy' | 'own-key';
  readonly integrity: Integrity;
  readonly completeness: Completeness;
  readonly anchored: Anchored;
  /** Entries `[from, to)` that rest on the log's own signature alone. */
  readonly unanchored: { readonly from: number; readonly to: number };
}

export function reportOf(parts: Omit<VerifyReport, 'ok' | 'unanchored'>): VerifyReport {
  const ok = parts.integrity.verdict === 'intact' && parts.completeness.verdict !== 'gaps';
  return { ok, ...parts, unanchored: { from: Math.min(parts.anchored.size, parts.size), to: parts.size } };
}
