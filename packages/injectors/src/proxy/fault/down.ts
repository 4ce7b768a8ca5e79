import * as z from 'zod';
import { proxyFault } from './proxy-fault.ts';

/** As if the server had ended: open connections are closed, and connects fail with ECONNREFUSED. */
export const proxyDown = proxyFault({
  type: 'proxy.down',
  params: z.strictObject({}),
  risk: 'high',
  exclusive: 'listener',
  counted: false,
  order: () => ({ kind: 'down' }),
  describe: () => 'connections closed and refused',
});
