import { rate } from '@bridge/chaos-core';
import * as z from 'zod';
import { onConnections, proxyFault } from './proxy-fault.ts';

/** Each connection gets at most `rate` in each direction; the sender is slowed down, nothing is lost. */
export const proxyBandwidth = proxyFault({
  type: 'proxy.bandwidth',
  params: z.strictObject({
    ...onConnections,
    rate: rate.refine((bytes) => bytes > 0, 'expected more than 0; for a black hole use proxy.timeout'),
  }),
  risk: 'low',
  order: (params) => ({ kind: 'bandwidth', ...params }),
  describe: ({ rate: bytes, direction }) => `at most ${bytes} bytes/s per connection (${direction})`,
});
