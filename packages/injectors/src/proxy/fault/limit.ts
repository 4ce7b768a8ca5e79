import { size } from '@bridge/chaos-core';
import * as z from 'zod';
import { onConnections, proxyFault } from './proxy-fault.ts';

/**
 * A connection passes `bytes` in a direction, counted from when it was hit, and is closed when one more arrives. The
 * rest is lost.
 */
export const proxyLimit = proxyFault({
  type: 'proxy.limit',
  params: z.strictObject({ ...onConnections, bytes: size.transform(Math.round) }),
  risk: 'medium',
  order: (params) => ({ kind: 'limit', closes: 'exceeded', ...params }),
  describe: ({ bytes, direction }) => `closed after ${bytes} bytes (${direction})`,
});
