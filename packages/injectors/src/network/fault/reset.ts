import * as z from 'zod';
import { direction, narrowed, narrowing } from '../peer/narrowing.ts';
import { severing } from '../rules/severing.ts';
import { filterChains, rulesPath } from './both-ways.ts';
import { lacks, netnsFault } from './netns-fault.ts';
import type { Toolbox } from './toolbox.ts';

const { protocol: _tcpOnly, ...reach } = narrowing;

/**
 * `network.reset`: every TCP connection is reset, also new ones right after they were accepted. Idle ones end at once
 * where the kernel can destroy sockets (INET_DIAG_DESTROY), else with their next packet.
 */
export function networkReset(toolbox: Toolbox) {
  return netnsFault(toolbox, {
    type: 'network.reset',
    params: z.strictObject({
      ...reach,
      /** Whose packets are answered with a reset: the target's own, those that arrive, or both. Default `both`. */
      direction: direction.default('both'),
    }),
    risk: 'high',
    describe: (params) => `reset every TCP connection (${params.direction}) with ${narrowed(params)}`,
    arrange(params, scene) {
      if (!scene.kernel.reject) return lacks('REJECT target', 'ipt_REJECT and nf_reject_ipv4');
      const match = { ...scene.match, protocol: 'tcp' as const };
      const actions = { arriving: [ESTABLISHED], leaving: [ESTABLISHED] };
      const chains = filterChains({ ...scene, match }, params.direction, actions);
      return { path: rulesPath(scene), chains, sever: severing(match) };
    },
  });
}

/** Handshakes pass, so that the reset comes when a connection is in use; an RST must not be answered with another. */
const ESTABLISHED = ['--tcp-flags', 'SYN,RST', 'NONE', '-j', 'REJECT', '--reject-with', 'tcp-reset'];
