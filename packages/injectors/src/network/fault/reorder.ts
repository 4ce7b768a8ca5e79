import { duration } from '@bridge/chaos-core';
import * as z from 'zod';
import { narrowed, PORTS_NEED_PROTOCOL, portsHaveProtocol } from '../peer/narrowing.ts';
import { delayQuantiles } from '../queue/distribution.ts';
import { fraction, percent } from '../queue/fraction.ts';
import { netnsFault } from './netns-fault.ts';
import { packetParts, packetPath } from './packet-path.ts';
import { onPackets, perPacket } from './share.ts';
import type { Toolbox } from './toolbox.ts';

/** `network.reorder`: a share of packets overtakes the others, which come `delay` later. */
export function networkReorder(toolbox: Toolbox) {
  return netnsFault(toolbox, {
    type: 'network.reorder',
    params: z
      .strictObject({
        ...onPackets,
        perPacket,
        /** How much later the others come; must exceed the time between two packets. Default 10 ms. */
        delay: duration.refine((delay) => delay > 0 && delay <= 60_000).default(10),
      })
      .refine(portsHaveProtocol, PORTS_NEED_PROTOCOL),
    risk: 'low',
    touches: (params) => packetParts(params.direction),
    describe: (params) =>
      `let ${params.perPacket * 100} % of packets overtake the others by ${params.delay} ms, with ${narrowed(params)}`,
    arrange: ({ perPacket: share, delay, direction }, scene) =>
      packetPath(scene, direction, {
        netem: ['limit', '100000', 'delay', `${Math.round(delay * 1000)}us`, 'reorder', percent(share)],
        queue: [`delay=${delayQuantiles(delay, 0, 'uniform').join(',')}`, `reorder=${fraction(share)}`],
      }),
  });
}
