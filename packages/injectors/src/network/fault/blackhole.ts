import * as z from 'zod';
import { direction, narrowed, narrowing, PORTS_NEED_PROTOCOL, portsHaveProtocol } from '../peer/narrowing.ts';
import { filterChains, rulesPath } from './both-ways.ts';
import { dropping } from './dropping.ts';
import { netnsFault } from './netns-fault.ts';
import type { Toolbox } from './toolbox.ts';

/**
 * `network.blackhole`: packets vanish without a word, as behind a dead cable. Connections hang until their own time-outs.
 */
export function networkBlackhole(toolbox: Toolbox) {
  return netnsFault(toolbox, {
    type: 'network.blackhole',
    params: z
      .strictObject({
        ...narrowing,
        /** Packets that arrive, that leave, or both. Default `both`. */
        direction: direction.default('both'),
      })
      .refine(portsHaveProtocol, PORTS_NEED_PROTOCOL),
    risk: 'high',
    describe: (params) => `drop every packet (${params.direction}) of ${narrowed(params)}`,
    arrange: (params, scene) => ({
      path: rulesPath(scene),
      chains: filterChains(scene, params.direction, dropping(scene)),
    }),
  });
}
