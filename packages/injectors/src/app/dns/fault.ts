import { promises } from 'node:dns';
import * as z from 'zod';
import { appFault } from '../app-fault.ts';
import { Delays } from '../delays.ts';
import { notAllowed } from '../patch.ts';
import { asSentinel } from '../request/request-context.ts';
import { Rule } from '../request/rule.ts';
import { scopeText, sharedScope } from '../request/scope.ts';
import { when, whenText } from '../request/when.ts';
import { isReplyTo } from '../sentinel.ts';
import { matchesWildcard, wildcard } from '../wildcard.ts';
import { dnsEffect, dnsEffectText } from './effect.ts';
import { lookupSeam } from './lookup.ts';

/**
 * `app.dns`: name lookups of this thread go wrong, for everything that resolves through `dns.lookup`: sockets, `fetch`,
 * database drivers. Open connections live on. Addresses, and `dns.resolve`, are not touched.
 */
export const appDns = (isAllowed: boolean) =>
  appFault({
    type: 'app.dns',
    params: z.strictObject({
      scope: sharedScope,
      /** Which names; `*` stands for anything. */
      names: z.array(wildcard).min(1),
      /** Counted per lookup. */
      when: when.default('always'),
      effect: dnsEffect,
    }),
    risk: 'medium',
    obstacle: () => (isAllowed ? undefined : notAllowed('dns')),
    describe: ({ scope, names, when, effect }) =>
      `${dnsEffectText(effect)} when ${names.join(', ')} is looked up: ${whenText(when)}, ${scopeText(scope)}`,
    begin({ scope, names, when, effect }, { id, clock, random }) {
      const delays = new Delays(clock);
      const rule = new Rule({ scope, when, random });
      const matches = (name: string): boolean => names.some((pattern) => matchesWildcard(pattern, name));
      const hits = (name: string): boolean => rule.covers() && matches(name) && rule.draws();
      const left = lookupSeam.join({ id, effect, delays, random: random.fork('effect'), hits });
      return {
        isLive: () => answersSentinel(id),
        counters: () => rule.counters(),
        async [Symbol.asyncDispose]() {
          left[Symbol.dispose]();
          delays[Symbol.dispose]();
        },
      };
    },
  });

/** An address needs no name server: when nobody answers the sentinel, nothing leaves the machine. */
async function answersSentinel(id: string): Promise<boolean> {
  try {
    await asSentinel(id, () => promises.lookup('127.0.0.1'));
    return false;
  } catch (thrown) {
    return isReplyTo(id, thrown);
  }
}
