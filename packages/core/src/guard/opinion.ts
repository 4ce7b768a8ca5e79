import type { GuardOpinion, Refusal } from './guard.ts';

export function yes(rule: string, note?: string): GuardOpinion {
  return note === undefined ? { rule, allowed: true } : { rule, allowed: true, note };
}

export function no(rule: string, refusal: Omit<Refusal, 'rule' | 'allowed'>): Refusal {
  return { rule, allowed: false, ...refusal };
}
