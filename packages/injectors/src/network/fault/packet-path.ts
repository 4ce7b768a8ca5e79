import type * as z from 'zod';
import type { Obstacle } from '../../obstacle.ts';
import type { Direction, direction } from '../peer/narrowing.ts';
import { handleOf, queueNumberOf } from '../rules/arrangement.ts';
import { chainsFor } from '../rules/matches.ts';
import { type Arranged, type ArrangeScene, lacks, noWay } from './netns-fault.ts';
import { proxyPath, STREAMS_ONLY } from './proxy-path.ts';

/** What is to happen to each packet, for either way. */
export interface PacketTreatment {
  readonly netem: readonly string[];
  readonly queue: readonly string[];
  /** Copies of packets need raw sockets. */
  readonly raw?: boolean;
  /** Settings of the proxy, for what can be done to a stream. */
  readonly relay?: readonly string[];
}

export type WantedDirection = z.output<typeof direction> | undefined;

/** Marks copies, so that they are not treated again. */
const MARK = 0x5cda;
/** More than any link has: the class only leads to its netem queue. */
const UNLIMITED = ['rate', '32gbit', 'burst', '4mb', 'cburst', '4mb', 'quantum', '60000'];

/**
 * The way packets are treated: netem in a queue of our own where the kernel has it and only what leaves is meant; else a
 * program that netfilter hands them to; else, for what can be done to a stream, a proxy for TCP. Without a wanted direction each way takes the one it does best: netem treats what
 * leaves; the packet queue what arrives, since TCP counts what is held on its way out as in flight and slows down.
 */
export function packetPath(
  scene: ArrangeScene,
  wanted: WantedDirection,
  treatment: PacketTreatment,
): Arranged | Obstacle {
  const { open } = scene.ways;
  if (open.has('netem') && (wanted ?? 'egress') === 'egress') return netemPath(scene, treatment);
  if (open.has('queue')) return queuePath(scene, wanted ?? 'ingress', treatment);
  if (open.has('proxy') && treatment.relay !== undefined) return proxyPath(scene, wanted ?? 'ingress', treatment.relay);
  if (open.has('netem')) return ONLY_LEAVING;
  const unable = open.has('proxy') ? STREAMS_ONLY : NO_PATH;
  return noWay(scene, ['netem', 'queue', ...(treatment.relay === undefined ? [] : (['proxy'] as const))], unable);
}

const ONLY_LEAVING: Obstacle = {
  reason: 'it can treat only what leaves: its kernel has netem but no NFQUEUE',
  remedy: 'set direction to egress',
};
const NO_PATH = lacks('netem and no NFQUEUE', 'sch_netem, or nfnetlink_queue and xt_NFQUEUE,');

function netemPath(scene: ArrangeScene, { netem }: PacketTreatment): Arranged {
  return {
    path: 'netem',
    chains: classified(scene),
    shape: { class: [...UNLIMITED], netem: [...netem] },
  };
}

/** Sends packets into the class of our own queue. */
export function classified({ match, kernel, tag }: ArrangeScene) {
  const actions = [['-j', 'CLASSIFY', '--set-class', `${handleOf(tag)}:2`]];
  return chainsFor(match, { table: 'mangle', hook: 'POSTROUTING', actions }, kernel);
}

export function queuePath(
  { match, kernel, tag }: ArrangeScene,
  direction: Direction,
  { queue, raw = false }: PacketTreatment,
): Arranged {
  const number = queueNumberOf(tag);
  const actions = [
    ...(raw ? [['-m', 'mark', '--mark', String(MARK), '-j', 'RETURN']] : []),
    ['-j', 'NFQUEUE', '--queue-num', String(number), '--queue-bypass'],
  ];
  const arriving = direction === 'egress' ? [] : chainsFor(match, { table: 'mangle', hook: 'INPUT', actions }, kernel);
  const leaving =
    direction === 'ingress' ? [] : chainsFor(match, { table: 'mangle', hook: 'POSTROUTING', actions }, kernel);
  const settings = [...queue, ...(raw ? [`mark=${MARK}`] : [])];
  return {
    path: `packet queue (NFQUEUE, ${direction})`,
    chains: [...arriving, ...leaving],
    queue: { number, settings, raw },
  };
}

/** Packets of one direction are in the hands of one fault at a time. */
export function packetParts(wanted: WantedDirection): readonly string[] {
  if (wanted === 'egress') return ['leaving'];
  return wanted === 'ingress' ? ['arriving'] : ['leaving', 'arriving'];
}
