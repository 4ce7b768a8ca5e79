import type { KeyChain } from '../note/key-chain.ts';
import type { Policy } from '../note/policy.ts';
import type { Integrity } from './report.ts';

/** Intact when the policy trusts one of the keys that signed the log, or when nobody asked. */
export function trusted(keys: KeyChain, policy: Policy | undefined): Integrity {
  if (policy === undefined) return { verdict: 'intact' };
  const vkeys = new Set(policy.logs.map(({ vkey }) => vkey));
  if (keys.keys.some(({ verifier }) => vkeys.has(verifier.vkey))) return { verdict: 'intact' };
  return { verdict: 'damaged', index: 0, reason: `no key of the log is trusted by the policy: ${keys.current.vkey}` };
}

/** The finding that comes first. */
export function worse(
  integrity: Integrity,
  contradiction: { readonly index: number; readonly reason: string } | undefined,
): Integrity {
  if (contradiction === undefined || integrity.verdict === 'damaged') return integrity;
  return { verdict: 'damaged', ...contradiction };
}
