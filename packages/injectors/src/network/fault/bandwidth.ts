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
import { type Arranged, type ArrangeScene, lacks, netnsFault } from './netns-fault.ts';
import { classified, packetParts, queuePath } from './packet-path.ts';
import type { Toolbox } from './toolbox.ts';

/**
 * `network.bandwidth`: packets, headers included, go no faster than `rate`; each direction has its own budget. What leaves
 * is shaped by a class of a queue of our own, what arrives by the packet queue.
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
  const { kernel } = scene;
  const queue = [`rate=${bytes}`];
  const isShaped = wanted !== 'ingress' && kernel.shape;
  if (!kernel.queue && !(isShaped && wanted === 'egress')) return lacks('NFQUEUE', 'nfnetlink_queue and xt_NFQUEUE');
  if (!isShaped) return queuePath(scene, wanted, { netem: [], queue });
  const shaped = { chains: classified(scene), shape: { class: classOf(bytes) } };
  if (wanted === 'egress') return { path: 'htb', ...shaped };
  const arriving = queuePath(scene, 'ingress', { netem: [], queue });
  return {
    ...arriving,
    ...shaped,
    path: `htb (egress), ${arriving.path}`,
    chains: [...shaped.chains, ...arriving.chains],
  };
}

/** A burst is what one tick of the slowest usual kernel clock (100 Hz) lets through, and at least two packets. */
function classOf(bytes: number): string[] {
  const burst = String(Math.max(3_200, Math.round(bytes / 100)));
  return ['rate', `${bytes * 8}bit`, 'burst', burst, 'cburst', burst];
}
