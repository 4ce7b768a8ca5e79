import type { Obstacle } from '../../obstacle.ts';
import type { Direction } from '../peer/narrowing.ts';
import { relayPortOf } from '../rules/arrangement.ts';
import { chainsFor } from '../rules/matches.ts';
import type { Arranged, ArrangeScene } from './netns-fault.ts';

/** Marks the proxy's own connections, so that they are not redirected again. */
const MARK = 0x5cdb;
const WAYS: Readonly<Record<Direction, number>> = { egress: 1, ingress: 2, both: 3 };

/**
 * New TCP connections, from the target and to it, are redirected to a proxy in its network that treats what they carry.
 * Only their first packet is: where the kernel begins to track connections with this rule, those that are open would be
 * taken for new ones.
 */
export function proxyPath(
  { match, kernel, tag }: ArrangeScene,
  direction: Direction,
  settings: readonly string[],
): Arranged | Obstacle {
  if (match.protocol !== undefined && match.protocol !== 'tcp') {
    return {
      reason: `only a proxy can carry it there, which relays TCP and not ${match.protocol}`,
      remedy: `set protocol to tcp, or ${PACKET_MODULES}`,
    };
  }
  const port = relayPortOf(tag);
  const actions = [
    ['-m', 'mark', '--mark', String(MARK), '-j', 'RETURN'],
    ['--syn', '-j', 'REDIRECT', '--to-ports', String(port)],
  ];
  const connections = { ...match, protocol: 'tcp' as const };
  const hooks = ['OUTPUT', 'PREROUTING'] as const;
  return {
    path: `proxy (${direction}; TCP connections opened from now on: open ones, UDP and ICMP are left alone)`,
    chains: hooks.flatMap((hook) => chainsFor(connections, { table: 'nat', hook, actions }, kernel)),
    relay: { port, settings: [`ways=${WAYS[direction]}`, `mark=${MARK}`, ...settings] },
  };
}

const PACKET_MODULES =
  'load the kernel modules sch_netem, sch_htb and xt_CLASSIFY, or nfnetlink_queue and xt_NFQUEUE, on its host';

/** For faults of single packets where nothing but the proxy is left. */
export const STREAMS_ONLY: Obstacle = {
  reason:
    'only a proxy is left to carry it there, which relays TCP streams: they have no packets to lose, copy, spoil or reorder',
  remedy: PACKET_MODULES,
};
