import type { Match } from './matches.ts';

/** Filters for `ss -K`, one list of words per peer: the open TCP connections that the match is for. */
export function severing({ addresses, ports, localPorts }: Match): string[][] {
  const sides = [...portFilter('dport', ports), ...portFilter('sport', localPorts)];
  // Connections of the target with itself are nobody else's.
  const peers = addresses?.map((address) => ['dst', bracketed(address)]) ?? [
    ['not', 'dst', '127.0.0.0/8', 'and', 'not', 'dst', '[::1]'],
  ];
  return peers.map((peer) => [...peer, ...sides.flatMap((side) => ['and', ...side])]);
}

function portFilter(side: 'dport' | 'sport', ports: readonly string[] | undefined): string[][] {
  if (ports === undefined) return [];
  const alternatives = ports.map((port) => {
    const [from = '', to] = port.split(':');
    if (to === undefined) return [side, '=', `:${from}`];
    return ['(', side, '>=', `:${from}`, 'and', side, '<=', `:${to}`, ')'];
  });
  return [['(', ...alternatives.flatMap((one, at) => (at === 0 ? one : ['or', ...one])), ')']];
}

function bracketed(address: string): string {
  if (!address.includes(':')) return address;
  const [host = '', prefix] = address.split('/');
  return prefix === undefined ? `[${host}]` : `[${host}]/${prefix}`;
}
