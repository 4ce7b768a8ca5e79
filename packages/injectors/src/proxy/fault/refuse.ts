import * as z from 'zod';
import { proxyFault } from './proxy-fault.ts';

/**
 * New connects fail with ECONNREFUSED, as if nothing ran there; open connections go on. To refuse a share of them,
 * use `proxy.reset` with `scope: 'new'` and `perConnection`. Nothing is counted: the kernel refuses.
 */
export const proxyRefuse = proxyFault({
  type: 'proxy.refuse',
  params: z.strictObject({}),
  risk: 'high',
  exclusive: 'listener',
  counted: false,
  order: () => ({ kind: 'refuse' }),
  describe: () => 'connections refused',
});
