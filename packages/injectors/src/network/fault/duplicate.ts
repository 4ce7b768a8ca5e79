import * as z from 'zod';
import { narrowed, PORTS_NEED_PROTOCOL, portsHaveProtocol } from '../peer/narrowing.ts';
import { fraction, percent } from '../queue/fraction.ts';
import { netnsFault } from './netns-fault.ts';
import { packetParts, packetPath } from './packet-path.ts';
import { onPackets, perPacket } from './share.ts';
import type { Toolbox } from './toolbox.ts';

/** `network.duplicate`: packets come twice. TCP throws the copy away; whoever reads datagrams sees both. */
export function networkDuplicate(toolbox: Toolbox) {
  return netnsFault(toolbox, {
    type: 'network.duplicate',
    params: z.strictObject({ ...onPackets, perPacket }).refine(portsHaveProtocol, PORTS_NEED_PROTOCOL),
    risk: 'low',
    touches: (params) => packetParts(params.direction),
    describe: (params) => `duplicate ${params.perPacket * 100} % of packets with ${narrowed(params)}`,
    arrange: ({ perPacket: share, direction }, scene) =>
      packetPath(scene, direction, {
        netem: ['duplicate', percent(share)],
        queue: [`duplicate=${fraction(share)}`],
        raw: true,
      }),
  });
}
