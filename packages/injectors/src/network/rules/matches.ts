import { isIPv6 } from 'node:net';
import type { Abilities } from '../kernel/abilities.ts';
import type { Narrowing } from '../peer/narrowing.ts';
import { type Chain, type Hook, isArriving } from './arrangement.ts';

/** Which packets, with every peer as an address. `addresses: undefined` = everybody. */
export interface Match extends Pick<Narrowing, 'ports' | 'localPorts' | 'protocol'> {
  readonly addresses: readonly string[] | undefined;
}

export interface Hanging {
  readonly table: Chain['table'];
  readonly hook: Hook;
  readonly loopback?: boolean;
  /** What comes after the match, `-j` included; in alternatives that are all added. */
  readonly actions: readonly (readonly string[])[];
}

/** The chains that do `actions` to every packet of the match at that hook, for each family that is concerned. */
export function chainsFor(
  match: Match,
  { table, hook, loopback = false, actions }: Hanging,
  kernel: Abilities,
): Chain[] {
  const families = kernel.ipv6 ? (['iptables', 'ip6tables'] as const) : (['iptables'] as const);
  return families.flatMap((family) => {
    const matches = matchesOf(match, family, hook);
    const rules = matches.flatMap((words) => actions.map((action) => [...words, ...action]));
    return rules.length === 0 ? [] : [{ family, table, hook, loopback, rules }];
  });
}

function matchesOf(match: Match, family: Chain['family'], hook: Hook): readonly (readonly string[])[] {
  const isV6 = family === 'ip6tables';
  const addresses = match.addresses?.filter((address) => isIPv6(address.split('/')[0] ?? '') === isV6);
  const side = isArriving(hook) ? '-s' : '-d';
  const hosts = addresses === undefined ? [[]] : addresses.map((address) => [side, address]);
  const protocols = protocolsOf(match, isV6).map((protocol) => [...protocol, ...portsOf(match, hook)]);
  return hosts.flatMap((host) => protocols.map((protocol) => [...host, ...protocol]));
}

function protocolsOf({ protocol, ports, localPorts }: Match, isV6: boolean): readonly (readonly string[])[] {
  if (protocol === 'icmp') return [['-p', isV6 ? 'ipv6-icmp' : 'icmp']];
  if (protocol !== undefined) return [['-p', protocol]];
  if (ports === undefined && localPorts === undefined) return [[]];
  return [
    ['-p', 'tcp'],
    ['-p', 'udp'],
  ];
}

function portsOf({ ports, localPorts }: Match, hook: Hook): readonly string[] {
  const [remote, local] = isArriving(hook) ? ['--sports', '--dports'] : ['--dports', '--sports'];
  return [
    ...(ports === undefined ? [] : ['-m', 'multiport', remote, ports.join(',')]),
    ...(localPorts === undefined ? [] : ['-m', 'multiport', local, localPorts.join(',')]),
  ];
}
