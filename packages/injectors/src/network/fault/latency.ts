import { duration } from '@bridge/chaos-core';
import * as z from 'zod';
import { direction, narrowed, narrowing, PORTS_NEED_PROTOCOL, portsHaveProtocol } from '../peer/narrowing.ts';
import { delayQuantiles, distribution } from '../queue/distribution.ts';
import { fraction, percent } from '../queue/fraction.ts';
import { netnsFault } from './netns-fault.ts';
import { packetParts, packetPath } from './packet-path.ts';
import type { Toolbox } from './toolbox.ts';

const LONGEST = 60_000;

/**
 * `network.latency`: every packet comes `delay` ± `jitter` later. Without a direction it counts once per round trip; with
 * `both` twice. Netem lets jitter change the order of packets, the packet queue and the proxy keep it.
 */
export function networkLatency(toolbox: Toolbox) {
  return netnsFault(toolbox, {
    type: 'network.latency',
    params: z
      .strictObject({
        ...narrowing,
        delay: duration.refine((delay) => delay > 0 && delay <= LONGEST, 'expected more than 0 ms and at most 60 s'),
        /** Uniform: spread to both sides; other distributions: standard deviation. At most `delay`. Default 0. */
        jitter: duration.default(0),
        /** How much a delay resembles the one before, 0 to 1. Default 0. */
        correlation: z.number().min(0).max(1).default(0),
        distribution: distribution.default('uniform'),
        direction: direction.optional(),
      })
      .refine(({ jitter, delay }) => jitter <= delay, { path: ['jitter'], error: 'expected at most the delay' })
      .refine(portsHaveProtocol, PORTS_NEED_PROTOCOL),
    risk: 'medium',
    touches: (params) => packetParts(params.direction),
    describe: (params) =>
      `delay packets by ${params.delay} ms${params.jitter > 0 ? ` ± ${params.jitter} ms (${params.distribution})` : ''} with ${narrowed(params)}`,
    arrange: ({ delay, jitter, correlation, distribution: shape, direction: wanted }, scene) =>
      packetPath(scene, wanted, {
        netem: netemDelay(delay, jitter, correlation, shape),
        queue: ownDelay(delay, jitter, correlation, shape),
        relay: ownDelay(delay, jitter, correlation, shape),
      }),
  });
}

/** For the packet queue and the proxy alike. */
function ownDelay(delay: number, jitter: number, correlation: number, shape: z.output<typeof distribution>): string[] {
  return [
    `delay=${delayQuantiles(delay, jitter, shape).join(',')}`,
    ...(correlation > 0 ? [`delaycorr=${fraction(correlation)}`] : []),
  ];
}

function netemDelay(
  delay: number,
  jitter: number,
  correlation: number,
  shape: z.output<typeof distribution>,
): string[] {
  const micro = (time: number): string => `${Math.round(time * 1000)}us`;
  const spread = jitter > 0 ? [micro(jitter), percent(correlation)] : [];
  const table = jitter > 0 && shape !== 'uniform' ? ['distribution', shape] : [];
  return ['limit', '100000', 'delay', micro(delay), ...spread, ...table];
}
