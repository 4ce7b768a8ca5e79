import { duration } from '@bridge/chaos-core';
import * as z from 'zod';
import { appFault } from '../app-fault.ts';
import { notAllowed } from '../patch.ts';
import { asSentinel, requestContext } from '../request/request-context.ts';
import { inScope, markScope, scopeText } from '../request/scope.ts';
import { skewDate } from './skewed-date.ts';

/**
 * `app.clock-skew`: `new Date()` and `Date.now()` of this thread are ahead or behind. Timers, `performance.now()`,
 * `Intl` without a date, and other threads stay true, and so do the engine's own records.
 */
export const appClockSkew = (isAllowed: boolean) =>
  appFault({
    type: 'app.clock-skew',
    params: z.strictObject({
      scope: markScope,
      by: duration.refine((by) => by >= 1, 'expected at least 1 ms'),
      direction: z.enum(['ahead', 'behind']),
    }),
    risk: 'high',
    exclusive: 'clock',
    obstacle: () => (isAllowed ? undefined : notAllowed('clock')),
    describe: ({ scope, by, direction }) => `Date is ${by} ms ${direction}, ${scopeText(scope)}`,
    begin({ scope, by, direction }, { id, clock }) {
      const skew = direction === 'ahead' ? by : -by;
      const isSkewed = (): boolean => requestContext.getStore()?.sentinel === id || inScope(scope);
      const skewed = skewDate(() => (isSkewed() ? skew : 0));
      return {
        async isLive() {
          const before = clock.wall();
          const seen = asSentinel(id, () => Date.now()) - skew;
          return seen >= before - 1 && seen <= clock.wall() + 1;
        },
        [Symbol.asyncDispose]: async () => skewed[Symbol.dispose](),
      };
    },
  });
