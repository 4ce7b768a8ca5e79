import { duration, size } from '@bridge/chaos-core';
import * as z from 'zod';
import { onConnections, proxyFault } from './proxy-fault.ts';

/** Bytes arrive in slices of `size` ± `variation`, with `pause` between them (default 1 ms). Nothing is lost. */
export const proxySlice = proxyFault({
  type: 'proxy.slice',
  params: z
    .strictObject({
      ...onConnections,
      size: size.refine((bytes) => bytes >= 1, 'expected at least 1 B').transform(Math.round),
      variation: size.default(0).transform(Math.round),
      pause: duration.default(1).refine((pause) => pause > 0, 'expected more than 0 ms'),
    })
    .refine(({ size: bytes, variation }) => variation < bytes, {
      path: ['variation'],
      error: 'expected less than the size',
    }),
  risk: 'low',
  order: (params) => ({ kind: 'slice', ...params }),
  describe: ({ size: bytes, variation, pause, direction }) =>
    `slices of ${bytes} ± ${variation} bytes every ${pause} ms (${direction})`,
});
