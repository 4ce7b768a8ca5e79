import { rate } from '@bridge/chaos-core';
import * as z from 'zod';
import type { Obstacle } from '../../obstacle.ts';
import {
  type Direction,
  direction,
  narrowed,
  narrowing,
  PORTS_NEED_PROTOCOL,
  portsHaveProtocol,
} from '../peer/narrowing.ts';
import { ifbPath } from './ifb-path.ts';
import { type Arranged, type ArrangeScene, lacks, netnsFault, noWay } from './netns-fault.ts';
import { classified, packetParts, queuePath } from './packet-path.ts';
import { proxyPath } from './proxy-path.ts';
import type { Toolbox } from './toolbox.ts';

/**
 * `network.bandwidth`: packets, headers included, go no faster than `rate`; each direction has its own budget. What leaves
 * is shaped by a class of a queue of our own; what arrives by the packet queue, else by a device of our own (ifb). Where
 * they are missing, a proxy for TCP connections slows down what they carry, headers not included.
 */
export function networkBandwidth(toolbox: Toolbox) {
  return netnsFault(toolbox, {
    type: 'network.bandwidth',
    params: z
      .strictObject({
        ...narrowing,
        /** `'8mbit/s'`, `'1MB/s'`; at least 1 kB/s. */
        rate: rate.refine((bytes) => bytes >= 1000, 'expected at least 1KB/s'),
        /** Default `egress`. */
        direction: direction.default('egress'),
      })
      .refine(portsHaveProtocol, PORTS_NEED_PROTOCOL),
    risk: 'medium',
    touches: (params) => packetParts(params.direction),
    describe: (params) =>
      `no more than ${Math.round(params.rate)} bytes per second (${params.direction}) with ${narrowed(params)}`,
    arrange: ({ rate: bytes, direction: wanted }, scene) => bandwidthPath(scene, wanted, Math.round(bytes)),
  });
}

function bandwidthPath(scene: ArrangeScene, wanted: Direction, bytes: number): Arranged | Obstacle {
  const { open } = scene.ways;
  const isShaped = wanted !== 'ingress' && open.has('htb');
  if (!isShaped) return slowPath(scene, wanted, bytes);
  const shaped: Arranged = { path: 'htb', chains: classified(scene), shape: { class: classOf(bytes) } };
  if (wanted === 'egress') return shaped;
  const arriving = slowPath(scene, 'ingress', bytes);
  if ('reason' in arriving) return arriving;
  return {
    ...arriving,
    ...shaped,
    path: `htb (egress), ${arriving.path}`,
    chains: [...shaped.chains, ...arriving.chains],
  };
}

/** Through a program of ours, packets where the kernel hands them out; else a device of ours; else TCP connections. */
function slowPath(scene: ArrangeScene, direction: Direction, bytes: number): Arranged | Obstacle {
  const settings = [`rate=${bytes}`];
  if (scene.ways.open.has('queue')) return queuePath(scene, direction, { netem: [], queue: settings });
  if (direction === 'ingress' && scene.ways.open.has('ifb')) return ifbPath(scene, classOf(bytes));
  if (scene.ways.open.has('proxy')) return proxyPath(scene, direction, settings);
  const enough = direction === 'egress' ? (['htb', 'queue', 'proxy'] as const) : (['queue', 'ifb', 'proxy'] as const);
  return noWay(scene, enough, NO_PATH);
}

const NO_PATH = lacks('NFQUEUE and no REDIRECT', 'nfnetlink_queue and xt_NFQUEUE, or nf_nat and xt_REDIRECT,');

/** A burst is what one tick of the slowest usual kernel clock (100 Hz) lets through, and at least two packets. */
function classOf(bytes: number): string[] {
  const burst = String(Math.max(3_200, Math.round(bytes / 100)));
  return ['rate', `${bytes * 8}bit`, 'burst', burst, 'cburst', burst];
}
