import { duration } from '@bridge/chaos-core';
import * as z from 'zod';
import { onConnections, proxyFault } from './proxy-fault.ts';

/**
 * Every byte and every FIN arrives `delay` ± `jitter` later, in order; throughput is not capped. The delay counts in
 * each direction, so `both` adds it twice to a round trip. Held bytes go on at once when the fault ends.
 */
export const proxyLatency = proxyFault({
  type: 'proxy.latency',
  params: z
    .strictObject({
      ...onConnections,
      delay: duration.refine((delay) => delay > 0, 'expected more than 0 ms'),
      /** Uniform, at most `delay`. Default 0. */
      jitter: duration.default(0),
    })
    .refine(({ delay, jitter }) => jitter <= delay, { path: ['jitter'], error: 'expected at most the delay' }),
  risk: 'low',
  order: (params) => ({ kind: 'latency', ...params }),
  describe: ({ delay, jitter, direction }) => `${delay} ms ± ${jitter} ms later (${direction})`,
});
