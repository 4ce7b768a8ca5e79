import * as z from 'zod';
import { narrowed, PORTS_NEED_PROTOCOL, portsHaveProtocol } from '../peer/narrowing.ts';
import { fraction, percent } from '../queue/fraction.ts';
import { netnsFault } from './netns-fault.ts';
import { packetParts, packetPath } from './packet-path.ts';
import { onPackets, perPacket } from './share.ts';
import type { Toolbox } from './toolbox.ts';

/**
 * `network.corrupt`: one bit of a packet is flipped. Its checksum no longer fits: TCP sends it again, datagrams are
 * discarded by whoever checks.
 */
export function networkCorrupt(toolbox: Toolbox) {
  return netnsFault(toolbox, {
    type: 'network.corrupt',
    params: z.strictObject({ ...onPackets, perPacket }).refine(portsHaveProtocol, PORTS_NEED_PROTOCOL),
    risk: 'medium',
    touches: (params) => packetParts(params.direction),
    describe: (params) => `flip a bit in ${params.perPacket * 100} % of packets with ${narrowed(params)}`,
    arrange: ({ perPacket: share, direction }, scene) =>
      packetPath(scene, direction, { netem: ['corrupt', percent(share)], queue: [`corrupt=${fraction(share)}`] }),
  });
}
