import type { Direction } from '../peer/narrowing.ts';
import type { Chain } from '../rules/arrangement.ts';
import { chainsFor } from '../rules/matches.ts';
import type { ArrangeScene } from './netns-fault.ts';

type Actions = readonly (readonly string[])[];

/** Chains in the filter table for packets that arrive, that leave, or both. */
export function filterChains(
  { match, kernel }: Pick<ArrangeScene, 'match' | 'kernel'>,
  direction: Direction,
  actions: { readonly arriving: Actions; readonly leaving: Actions },
): Chain[] {
  const arriving =
    direction === 'egress'
      ? []
      : chainsFor(match, { table: 'filter', hook: 'INPUT', actions: actions.arriving }, kernel);
  const leaving =
    direction === 'ingress'
      ? []
      : chainsFor(match, { table: 'filter', hook: 'OUTPUT', actions: actions.leaving }, kernel);
  return [...arriving, ...leaving];
}

/** The way a fault of iptables rules goes, in words. */
export function rulesPath({ kernel }: Pick<ArrangeScene, 'kernel'>): string {
  return `iptables (${kernel.backend})${kernel.lapse ? '' : ', without expiry by the kernel: it lacks xt_time'}`;
}
