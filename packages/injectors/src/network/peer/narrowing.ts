import { isIP } from 'node:net';
import * as z from 'zod';
import { containerQuery } from '../../container/container-query.ts';

const HOST_NAME = /^(?!-)[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?$/;

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0 || address.includes('%')) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}

/** An IP address or a network in CIDR notation. */
export const network = z
  .string()
  .refine(isNetwork, { error: 'expected an IP address or a network such as 10.0.0.0/8' });

/** A host name as it stands in DNS. */
export const hostName = z.string().max(253).regex(HOST_NAME, { error: 'expected a host name' });

const peer = z.union([
  network,
  /** Every container that matches, by all its addresses at the time of injection. */
  z.strictObject({ container: containerQuery }),
  /** A name, resolved as the target would at the time of injection. */
  z.strictObject({ host: hostName }),
]);
export const peers = z.union([peer.transform((one) => [one]), z.array(peer).min(1).max(64)]);
export type Peer = z.output<typeof peer>;

const portNumber = z.int().min(1).max(65_535);
const port = z.union([
  portNumber.transform(String),
  z
    .string()
    .regex(/^\d{1,5}-\d{1,5}$/)
    .transform((text) => text.replace('-', ':'))
    .refine((text) => {
      const [from = 0, to = 0] = text.split(':').map(Number);
      return from >= 1 && from <= to && to <= 65_535;
    }),
]);
// xt_multiport takes 15 numbers; a range counts twice.
const ports = z.union([port.transform((one) => [one]), z.array(port).min(1).max(7)]);

export const direction = z.enum(['ingress', 'egress', 'both']);
export type Direction = z.output<typeof direction>;

/** Which packets a fault is for; everything but the loopback device without it. */
export const narrowing = {
  /** The other side: addresses, networks, containers, host names. Default: everybody. */
  peers: peers.optional(),
  /** Ports of the other side, `5432` or `'8000-8999'`: the port of a dependency. */
  ports: ports.optional(),
  /** Ports of the target itself: the port of its own service. */
  localPorts: ports.optional(),
  /** Default: all; with ports, TCP and UDP. */
  protocol: z.enum(['tcp', 'udp', 'icmp']).optional(),
};

const narrowingSchema = z.strictObject(narrowing);
export type Narrowing = z.output<typeof narrowingSchema>;

/** Ports mean nothing to ICMP. */
export function portsHaveProtocol({ ports: remote, localPorts, protocol }: Omit<Narrowing, 'peers'>): boolean {
  return protocol !== 'icmp' || (remote === undefined && localPorts === undefined);
}
export const PORTS_NEED_PROTOCOL = { error: 'expected no ports beside protocol icmp', path: ['protocol'] };

/** The narrowing in words, for plans. */
export function narrowed({ peers: others, ports: remote, localPorts, protocol }: Narrowing): string {
  const parts = [
    others === undefined ? 'everybody' : others.map(named).join(', '),
    ...(remote === undefined ? [] : [`port ${remote.join(', ').replaceAll(':', '-')}`]),
    ...(localPorts === undefined ? [] : [`own port ${localPorts.join(', ').replaceAll(':', '-')}`]),
    ...(protocol === undefined ? [] : [protocol]),
  ];
  return parts.join(', ');
}

function named(one: Peer): string {
  if (typeof one === 'string') return one;
  if ('host' in one) return one.host;
  return `container ${JSON.stringify('name' in one.container ? one.container.name : one.container)}`;
}
