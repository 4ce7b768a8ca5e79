import { ChaosError, type FaultContext, seededRandom } from '@bridge/chaos-core';
import * as z from 'zod';
import { type ContainerQuery, containerQuery } from '../../container/container-query.ts';
import { direction, narrowed, peers } from '../peer/narrowing.ts';
import { addressesOfContainer, containersOn, type PeerScene, peerAddresses } from '../peer/peer-addresses.ts';
import { filterChains, rulesPath } from './both-ways.ts';
import { dropping } from './dropping.ts';
import { netnsFault } from './netns-fault.ts';
import type { Toolbox } from './toolbox.ts';

const split = z.strictObject({
  /** The group that breaks in two; the target is one of it. Inject it into every member. */
  group: containerQuery,
  /** Share of the group on the first side, rounded down, at least one and never all. Default 0.5. */
  share: z.number().gt(0).lt(1).default(0.5),
  /** The same seed gives the same sides to every member. Default 1. */
  seed: z.int().min(0).default(1),
});

/**
 * `network.partition`: the target and the other side cannot reach each other, and both still reach everybody else.
 * `peers` names the other side; `split` breaks a group in two by a share, the same way for each member.
 */
export function networkPartition(toolbox: Toolbox) {
  return netnsFault(toolbox, {
    type: 'network.partition',
    params: z
      .strictObject({
        peers: peers.optional(),
        split: split.optional(),
        /** `egress`: the other side no longer hears the target; `ingress`: it no longer hears them. Default `both`. */
        direction: direction.default('both'),
        ports: z.undefined().optional(),
        localPorts: z.undefined().optional(),
        protocol: z.undefined().optional(),
      })
      .refine(({ peers: others, split: sides }) => (others === undefined) !== (sides === undefined), {
        error: 'expected exactly one of peers and split',
      }),
    risk: 'high',
    describe: ({ split: sides, ...params }) =>
      sides === undefined
        ? `cut off (${params.direction}) from ${narrowed(params)}`
        : `cut off (${params.direction}) from the other side of ${JSON.stringify(sides.group)}, split ${sides.share * 100} %`,
    addresses: (params, scene, context) =>
      params.split === undefined
        ? peerAddresses(params.peers ?? [], scene, context)
        : otherSide(params.split, scene, context),
    arrange: (params, scene) => ({
      path: rulesPath(scene),
      chains: filterChains(scene, params.direction, dropping(scene)),
    }),
  });
}

async function otherSide(
  { group, share, seed }: { group: ContainerQuery; share: number; seed: number },
  scene: PeerScene,
  context: FaultContext,
): Promise<readonly string[]> {
  const { connections, target } = scene;
  const found = await containersOn(group, scene, context);
  const members = found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  if (!members.some(({ id }) => id === target.id) || members.length < 2) {
    throw new ChaosError(
      'CHAOS_FAULT_IMPOSSIBLE',
      `expected container ${target.name} and at least one other in the group to split, got ${members.map(({ name }) => name).join(', ') || 'nobody'}`,
    );
  }
  const count = Math.max(1, Math.floor(members.length * share + 1e-9));
  const first = new Set(seededRandom(seed).shuffle(members).slice(0, count));
  const isFirst = [...first].some(({ id }) => id === target.id);
  const others = members.filter((member) => first.has(member) !== isFirst);
  const addresses = await Promise.all(others.map((member) => addressesOfContainer(member, connections, context)));
  return addresses.flat();
}
