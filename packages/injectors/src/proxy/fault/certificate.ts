import * as z from 'zod';
import { validity } from '../control/fault-order.ts';
import { proxyFault } from './proxy-fault.ts';

/**
 * TLS clients of a proxy with `http.tls` are shown the same certificate, valid at another time: the one that nobody
 * renewed, or the clock that is off. Connections that stand go on; sessions are not resumed past it.
 */
export const proxyCertificate = proxyFault({
  type: 'proxy.certificate',
  params: z.strictObject({
    /** `expired` yesterday (default), or `not-yet-valid` until tomorrow. */
    validity: validity.default('expired'),
  }),
  risk: 'high',
  exclusive: 'certificate',
  counted: false,
  obstacle({ name, http }) {
    const tls = http?.tls;
    if (tls === undefined) {
      return { reason: `the proxy ${name} shows no certificate`, remedy: 'start it with proxy({ http: { tls } })' };
    }
    if (tls.whyNotReissued === undefined) return undefined;
    return {
      reason: `no other can be made like the certificate: ${tls.whyNotReissued}`,
      remedy: 'give http.tls.issuer',
    };
  },
  order: (params) => ({ kind: 'certificate', ...params }),
  describe: ({ validity: state }) => `certificate ${state}`,
});
