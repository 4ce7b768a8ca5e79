import { duration } from '@bridge/chaos-core';
import * as z from 'zod';
import { onConnections, proxyFault } from './proxy-fault.ts';

/**
 * A black hole: connects succeed, then nothing arrives any more. What was sent is held and delivered in order when
 * the fault ends, as after a healed partition. With `closeAfter` a connection is closed that long after it was hit,
 * and what it held is lost.
 */
export const proxyTimeout = proxyFault({
  type: 'proxy.timeout',
  params: z.strictObject({ ...onConnections, closeAfter: duration.optional() }),
  risk: 'medium',
  order: ({ closeAfter, ...params }) => ({
    kind: 'timeout',
    ...params,
    ...(closeAfter === undefined ? {} : { closeAfter }),
  }),
  describe: ({ closeAfter, direction }) =>
    `black hole (${direction})${closeAfter === undefined ? '' : `, closed after ${closeAfter} ms`}`,
});
