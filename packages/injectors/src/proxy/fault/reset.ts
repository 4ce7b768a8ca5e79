import { duration } from '@bridge/chaos-core';
import * as z from 'zod';
import { onConnections, proxyFault } from './proxy-fault.ts';

/**
 * Connections end with a true TCP RST, live ones too, `after` a while (default at once). The direction says who gets
 * it: `downstream` the client, `upstream` the server; the other side is closed. What was on its way is lost.
 */
export const proxyReset = proxyFault({
  type: 'proxy.reset',
  params: z.strictObject({ ...onConnections, after: duration.default(0) }),
  risk: 'medium',
  order: (params) => ({ kind: 'reset', ...params }),
  describe: ({ after, direction }) => `reset after ${after} ms (${direction})`,
});
