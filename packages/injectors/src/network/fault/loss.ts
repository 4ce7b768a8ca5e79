import * as z from 'zod';
import { narrowed, PORTS_NEED_PROTOCOL, portsHaveProtocol } from '../peer/narrowing.ts';
import { fraction, percent } from '../queue/fraction.ts';
import { filterChains, rulesPath } from './both-ways.ts';
import { dropping } from './dropping.ts';
import { netnsFault } from './netns-fault.ts';
import { type PacketTreatment, packetParts, packetPath } from './packet-path.ts';
import { correlation, onPackets, perPacket } from './share.ts';
import type { Toolbox } from './toolbox.ts';

const chance = z.number().min(0).max(1);
/** Gilbert-Elliott: a link that is good or bad, and changes its mind with every packet (Gilbert 1960, Elliott 1963). */
const bursts = z.strictObject({
  /** Probability per packet that a good link turns bad. */
  enter: perPacket,
  /** Probability per packet that a bad link turns good; 0.25 = bursts of four packets on average. */
  leave: perPacket,
  /** Loss per packet while bad. Default 1. */
  lossInside: chance.default(1),
  /** Loss per packet while good. Default 0. */
  lossOutside: chance.default(0),
});

const params = z
  .strictObject({
    ...onPackets,
    perPacket: perPacket.optional(),
    /** Exactly each n-th packet. */
    every: z.int().min(2).max(1_000_000).optional(),
    bursts: bursts.optional(),
    /** Only with `perPacket`. */
    correlation,
  })
  .refine((given) => [given.perPacket, given.every, given.bursts].filter((one) => one !== undefined).length === 1, {
    error: 'expected exactly one of perPacket, every and bursts',
  })
  .refine((given) => given.correlation === 0 || given.perPacket !== undefined, {
    path: ['correlation'],
    error: 'expected a correlation only beside perPacket',
  })
  .refine(portsHaveProtocol, PORTS_NEED_PROTOCOL);
type LossParams = z.output<typeof params>;

/**
 * `network.loss`: packets are lost, each by chance, every n-th, or in bursts. Independent loss is a rule of iptables that
 * the kernel lets expire; correlated loss and bursts need netem or the packet queue.
 */
export function networkLoss(toolbox: Toolbox) {
  return netnsFault(toolbox, {
    type: 'network.loss',
    params,
    risk: 'medium',
    touches: (given) => (treatmentOf(given) === undefined ? [] : packetParts(given.direction)),
    describe: (given) => `lose ${howMuch(given)} of packets with ${narrowed(given)}`,
    arrange(given, scene) {
      const treatment = treatmentOf(given);
      if (treatment !== undefined) return packetPath(scene, given.direction, treatment);
      if (!scene.kernel.statistic) return packetPath(scene, given.direction, plainLoss(given));
      const direction = given.direction ?? 'ingress';
      return {
        path: `${rulesPath(scene)}, statistic`,
        chains: filterChains(scene, direction, dropping(scene, statistic(given))),
      };
    },
  });
}

function howMuch({ perPacket: share, every, bursts: model }: LossParams): string {
  if (share !== undefined) return `${share * 100} %`;
  if (every !== undefined) return `one in ${every}`;
  return `bursts (${JSON.stringify(model)})`;
}

function statistic({ perPacket: share = 0, every }: LossParams): readonly string[] {
  const match = ['-m', 'statistic', '--mode'];
  if (every === undefined) return [...match, 'random', '--probability', share.toFixed(10)];
  return [...match, 'nth', '--every', String(every), '--packet', '0'];
}

function treatmentOf({
  perPacket: share = 0,
  correlation: like,
  bursts: model,
}: LossParams): PacketTreatment | undefined {
  if (model !== undefined) {
    const { enter, leave, lossInside, lossOutside } = model;
    return {
      netem: ['loss', 'gemodel', percent(enter), percent(leave), percent(lossInside), percent(lossOutside)],
      queue: [`bursts=${[enter, leave, lossInside, lossOutside].map(fraction).join(',')}`],
    };
  }
  if (like === 0) return undefined;
  return {
    netem: ['loss', 'random', percent(share), percent(like)],
    queue: [`loss=${fraction(share)}`, `losscorr=${fraction(like)}`],
  };
}

/** For a kernel without xt_statistic; each n-th packet becomes one in n by chance. */
function plainLoss({ perPacket: share, every = 1 }: LossParams): PacketTreatment {
  const probability = share ?? 1 / every;
  return { netem: ['loss', 'random', percent(probability)], queue: [`loss=${fraction(probability)}`] };
}
