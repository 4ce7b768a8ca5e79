import { isIP } from 'node:net';
import { ChaosError, type FaultContext, type Target } from '@bridge/chaos-core';
import type { ContainerQuery } from '../../container/container-query.ts';
import { containerSource } from '../../container/container-source.ts';
import type { DockerConnections } from '../../docker/connections.ts';
import type { Helper } from '../helper/helper.ts';
import type { Peer } from './narrowing.ts';
import { addressesOf, networkFacts } from './network-facts.ts';

/** What resolving peers needs. */
export interface PeerScene {
  readonly connections: DockerConnections;
  readonly groupLabel: string;
  readonly target: Target;
  /** A helper in the target's network, started only when a host name must be resolved there. */
  helper(): Promise<Helper>;
}

/** Addresses of all peers at this moment. */
export async function peerAddresses(
  peers: readonly Peer[],
  scene: PeerScene,
  context: FaultContext,
): Promise<readonly string[]> {
  const found = await Promise.all(peers.map((peer) => addressesOfPeer(peer, scene, context)));
  return [...new Set(found.flat())].sort();
}

async function addressesOfPeer(peer: Peer, scene: PeerScene, context: FaultContext): Promise<readonly string[]> {
  if (typeof peer === 'string') return [peer];
  if ('host' in peer) return resolved(peer.host, await scene.helper(), context);
  const members = await peerContainers(peer.container, scene, context);
  const found = await Promise.all(members.map((member) => addressesOfContainer(member, scene.connections, context)));
  return found.flat();
}

/** All containers of a query on the engine of the target. */
export async function containersOn(
  query: ContainerQuery,
  { connections, groupLabel, target: { connection = '' } }: PeerScene,
  context: FaultContext,
): Promise<readonly Target[]> {
  return containerSource(connections, { groupLabel }).find({ ...query, connection }, context);
}

/** The containers of a query on the target's own engine, without the target. */
export async function peerContainers(
  query: ContainerQuery,
  scene: PeerScene,
  context: FaultContext,
): Promise<readonly Target[]> {
  const { target } = scene;
  const found = await containersOn(query, scene, context);
  const others = found.filter(({ id }) => id !== target.id);
  if (others.length > 0) return others;
  throw new ChaosError(
    'CHAOS_TARGET_NOT_FOUND',
    `expected at least one container other than ${target.name} for the peers ${JSON.stringify(query)}, got none; name one that runs on the same engine`,
  );
}

export async function addressesOfContainer(
  { id, name, connection = '' }: Target,
  connections: DockerConnections,
  context: FaultContext,
): Promise<readonly string[]> {
  const facts = await networkFacts(connections.get(connection), id, context);
  const addresses = facts === undefined ? [] : addressesOf(facts);
  if (addresses.length > 0) return addresses;
  throw new ChaosError(
    'CHAOS_FAULT_IMPOSSIBLE',
    `expected container ${name} to have an address of its own, got none (network mode ${facts?.mode ?? 'unknown'}); name its host's address instead`,
  );
}

async function resolved(host: string, helper: Helper, context: FaultContext): Promise<readonly string[]> {
  const { text } = await helper.try(context, 'resolve', host);
  // The server's own address stands before the first empty line.
  const answer = text.slice(Math.max(0, text.search(/^Name:|^\s*$/m)));
  const addresses = [...answer.matchAll(/^Address(?: \d+)?:\s*(\S+)/gm)].flatMap(([, one]) =>
    one !== undefined && isIP(one) !== 0 ? [one] : [],
  );
  if (addresses.length > 0) return addresses;
  throw new ChaosError(
    'CHAOS_FAULT_IMPOSSIBLE',
    `expected ${JSON.stringify(host)} to resolve where the target runs, got ${text.trim().split('\n').at(-1) ?? 'no answer'}; name its address`,
  );
}
