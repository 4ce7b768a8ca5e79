import * as z from 'zod';
import { appFault } from '../app-fault.ts';
import { Delays } from '../delays.ts';
import { matchesRequest, matchText, requestMatch } from '../request/match.ts';
import { asSentinel } from '../request/request-context.ts';
import { Rule } from '../request/rule.ts';
import { requestScope, scopeText } from '../request/scope.ts';
import { when, whenText } from '../request/when.ts';
import { isReplyTo, SENTINEL_PLACE } from '../sentinel.ts';
import type { DispatchOptions } from './dispatch.ts';
import { carrying, effectText, fetchEffect } from './effect.ts';
import { fetchSeam } from './seam.ts';

/**
 * `app.fetch`: what this thread fetches goes wrong. Hooks the dispatcher that Node's `fetch` and undici's global API
 * send through; a request with a dispatcher of its own is not reached.
 */
export const appFetch = appFault({
  type: 'app.fetch',
  params: z.strictObject({
    scope: requestScope,
    /** Which requests. Default: all. */
    match: requestMatch.prefault({}),
    when: when.default('always'),
    effect: fetchEffect,
  }),
  risk: 'medium',
  describe: ({ scope, match, when, effect }) =>
    `${effectText(effect)}: ${whenText(when)} fetch ${matchText(match)}, ${scopeText(scope)}`,
  begin({ scope, match, when, effect }, { id, clock, random }) {
    const delays = new Delays(clock);
    const rule = new Rule({ scope, when, random });
    const carry = carrying(effect, { delays, random: random.fork('effect'), peer: placeOf });
    const matches = (options: DispatchOptions): boolean =>
      matchesRequest(match, { ...placeOf(options), method: options.method, path: options.path });
    const left = fetchSeam.join({
      id,
      carry,
      hits: (options) => rule.covers() && matches(options) && rule.draws(),
    });
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

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

function placeOf({ origin = '' }: DispatchOptions): { readonly host: string; readonly port: number | undefined } {
  const url = URL.parse(String(origin));
  if (url === null) return { host: String(origin), port: undefined };
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return { host, port: url.port === '' ? DEFAULT_PORTS[url.protocol] : Number(url.port) };
}

async function answersSentinel(id: string): Promise<boolean> {
  const { host, port } = SENTINEL_PLACE;
  try {
    const response = await asSentinel(id, () => fetch(`http://${host}:${port}/`));
    await response.body?.cancel();
    return false;
  } catch (thrown) {
    return isReplyTo(id, thrown);
  }
}
