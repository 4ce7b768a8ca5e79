import * as z from 'zod';
import { delayText } from '../../app/delay.ts';
import { matchText } from '../../app/request/match.ts';
import { whenText } from '../../app/request/when.ts';
import { type HttpEffect, onRequests } from '../control/http-effect.ts';
import { proxyFault } from './proxy-fault.ts';

/**
 * Requests through a proxy with `http` go wrong, whatever made them: delayed, answered in place of the upstream,
 * their answer changed, or aborted. Live keep-alive connections are affected at once; what waits goes on when the
 * fault ends. When several of these faults hit one request, delays add up, and the first answer wins.
 */
export const proxyHttp = proxyFault({
  type: 'proxy.http',
  params: z.strictObject(onRequests),
  risk: 'medium',
  obstacle: ({ name, http }) =>
    http === undefined
      ? {
          reason: `the proxy ${name} passes bytes and knows no requests`,
          remedy: 'start it with proxy({ http: true })',
        }
      : undefined,
  order: (params) => ({ kind: 'http', ...params }),
  describe: ({ match, when, perRequest, effect }) => {
    const chance = perRequest === 1 ? '' : `, with probability ${perRequest}`;
    return `${effectText(effect)}: ${whenText(when)} request to ${matchText(match)}${chance}`;
  },
});

function effectText(effect: HttpEffect): string {
  switch (effect.kind) {
    case 'delay':
      return `${delayText(effect)} later`;
    case 'status':
      return `answered ${effect.status} in place of the upstream`;
    case 'change':
      return 'answer changed';
    case 'abort':
      return { before: 'reset', after: 'reset in place of the answer', midway: 'cut within the answer' }[effect.at];
    default:
      return effect satisfies never;
  }
}
