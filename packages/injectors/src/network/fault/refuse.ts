import * as z from 'zod';
import { direction, narrowed, narrowing } from '../peer/narrowing.ts';
import { filterChains, rulesPath } from './both-ways.ts';
import { lacks, netnsFault } from './netns-fault.ts';
import type { Toolbox } from './toolbox.ts';

const { protocol: _icmpCannotBeRefused, ...reach } = narrowing;

/**
 * `network.refuse`: new TCP connections are refused at once (ECONNREFUSED), datagrams are answered with "port
 * unreachable". Open connections go on; see `network.reset` for those.
 */
export function networkRefuse(toolbox: Toolbox) {
  return netnsFault(toolbox, {
    type: 'network.refuse',
    params: z.strictObject({
      ...reach,
      protocol: z.enum(['tcp', 'udp']).optional(),
      /** `egress`: connections that the target opens; `ingress`: those that it is asked for. Default `both`. */
      direction: direction.default('both'),
    }),
    risk: 'high',
    describe: (params) => `refuse new connections (${params.direction}) with ${narrowed(params)}`,
    arrange(params, scene) {
      if (!scene.kernel.reject) return lacks('REJECT target', 'ipt_REJECT and nf_reject_ipv4');
      const kinds = params.protocol === undefined ? (['tcp', 'udp'] as const) : ([params.protocol] as const);
      const chains = kinds.flatMap((kind) =>
        filterChains({ ...scene, match: { ...scene.match, protocol: kind } }, params.direction, REFUSALS[kind]),
      );
      return { path: rulesPath(scene), chains };
    },
  });
}

const SYN = ['--syn', '-j', 'REJECT', '--reject-with', 'tcp-reset'];
/** Without a kind of its own it answers "port unreachable" in both families. */
const UNREACHABLE = ['-j', 'REJECT'];
const REFUSALS = {
  tcp: { arriving: [SYN], leaving: [SYN] },
  udp: { arriving: [UNREACHABLE], leaving: [UNREACHABLE] },
} as const;
