import { isIPv6 } from 'node:net';
import type { Obstacle } from '../../obstacle.ts';
import { inboundDevice } from '../rules/arrangement.ts';
import type { Match } from '../rules/matches.ts';
import type { Arranged, ArrangeScene } from './netns-fault.ts';

type Words = readonly string[];

const MOST_FILTERS = 256;
const NUMBERS = { ip: { tcp: 6, udp: 17, icmp: 1 }, ip6: { tcp: 6, udp: 17, icmp: 58 } } as const;

/**
 * What arrives is led through a device of our own, whose queue slows it down. The kernel cannot let this expire: packets
 * come through it before any rule of iptables.
 */
export function ifbPath({ match, tag }: ArrangeScene, limits: Words): Arranged | Obstacle {
  const matches = [...matchesOf(match, 'ip'), ...matchesOf(match, 'ip6')];
  if (matches.length > MOST_FILTERS) {
    return {
      reason: `its kernel has no NFQUEUE, and this narrowing would take ${matches.length} filters of tc`,
      remedy: 'name fewer peers and ports, or ranges of ports that begin and end at powers of two',
    };
  }
  const redirect = ['flowid', '1:1', 'action', 'mirred', 'egress', 'redirect', 'dev', inboundDevice(tag)];
  return {
    path: 'ifb (ingress), without expiry by the kernel',
    chains: [],
    inbound: { class: [...limits], filters: matches.map((words) => [...words, ...redirect]) },
  };
}

/** Matches of u32; ports stand where they do in packets without options or extension headers. */
function matchesOf(match: Match, family: 'ip' | 'ip6'): readonly Words[] {
  const isV6 = family === 'ip6';
  const addresses = match.addresses?.filter((address) => isIPv6(address.split('/')[0] ?? '') === isV6);
  const hosts = addresses?.map((address) => ['match', family, 'src', address]) ?? [[]];
  const protocols = protocolsOf(match).map((name) =>
    name === undefined ? [] : ['match', family, 'protocol', String(NUMBERS[family][name]), '0xff'],
  );
  const remote = portMatches(match.ports, family, 'sport');
  const local = portMatches(match.localPorts, family, 'dport');
  const start = isV6 ? ['protocol', 'ipv6', 'prio', '2', 'u32'] : ['protocol', 'ip', 'prio', '1', 'u32'];
  return product([hosts, protocols, remote, local]).map((words) =>
    words.length === 0 ? [...start, 'match', 'u32', '0', '0'] : [...start, ...words],
  );
}

function protocolsOf({ protocol, ports, localPorts }: Match) {
  if (protocol !== undefined) return [protocol];
  return ports === undefined && localPorts === undefined ? [undefined] : (['tcp', 'udp'] as const);
}

function portMatches(ports: Match['ports'], family: 'ip' | 'ip6', side: 'sport' | 'dport'): readonly Words[] {
  if (ports === undefined) return [[]];
  return ports.flatMap(masked).map(([value, mask]) => ['match', family, side, String(value), `0x${mask.toString(16)}`]);
}

/** A port or range `from:to` as values with masks: the fewest blocks that begin at a multiple of their size. */
export function masked(port: string): readonly (readonly [value: number, mask: number])[] {
  const [from = 0, to = from] = port.split(':').map(Number);
  const blocks: [number, number][] = [];
  for (let at = from; at <= to; ) {
    let size = 1;
    while (at % (size * 2) === 0 && at + size * 2 - 1 <= to) size *= 2;
    blocks.push([at, 0xffff & ~(size - 1)]);
    at += size;
  }
  return blocks;
}

function product(choices: readonly (readonly Words[])[]): readonly Words[] {
  return choices.reduce<readonly Words[]>(
    (all, next) => all.flatMap((one) => next.map((two) => [...one, ...two])),
    [[]],
  );
}
