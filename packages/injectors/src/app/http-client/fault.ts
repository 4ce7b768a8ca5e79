import { once } from 'node:events';
import { ClientRequest, request } from 'node:http';
import * as z from 'zod';
import { appFault } from '../app-fault.ts';
import { listenTo, memberOf } from '../channel.ts';
import { Delays } from '../delays.ts';
import { matchesRequest, matchText, requestMatch } from '../request/match.ts';
import { asSentinel, requestContext } from '../request/request-context.ts';
import { Rule } from '../request/rule.ts';
import { requestScope, scopeText } from '../request/scope.ts';
import { when, whenText } from '../request/when.ts';
import { isReplyTo, SENTINEL_PLACE, SentinelReply } from '../sentinel.ts';
import { hitRequest, httpClientEffect, httpClientEffectText } from './effect.ts';

/**
 * `app.http-client`: requests made with `node:http` or `node:https`, also inside axios, got and the AWS SDK, go wrong.
 * For `fetch` see `app.fetch`. To answer in place of the server, put a proxy in between.
 */
export const appHttpClient = appFault({
  type: 'app.http-client',
  params: z.strictObject({
    scope: requestScope,
    /** Which requests. Default: all. */
    match: requestMatch.prefault({}),
    when: when.default('always'),
    effect: httpClientEffect,
  }),
  risk: 'medium',
  describe: ({ scope, match, when, effect }) =>
    `${httpClientEffectText(effect)}: ${whenText(when)} request ${matchText(match)}, ${scopeText(scope)}`,
  begin({ scope, match, when, effect }, { id, clock, random }) {
    const delays = new Delays(clock);
    const rule = new Rule({ scope, when, random });
    const draws = random.fork('effect');
    const listening = listenTo('http.client.request.created', (message) => {
      const made = memberOf(message, 'request', ClientRequest);
      if (made === undefined) return;
      if (requestContext.getStore()?.sentinel === id) {
        made.destroy(new SentinelReply(id));
        return;
      }
      if (!rule.covers()) return;
      const { host, port } = placeOf(made);
      if (!matchesRequest(match, { host, port, method: made.method, path: made.path })) return;
      if (rule.draws()) hitRequest(made, effect, { delays, random: draws, peer: { host, port } });
    });
    return {
      isLive: () => answersSentinel(id),
      counters: () => rule.counters(),
      async [Symbol.asyncDispose]() {
        listening[Symbol.dispose]();
        delays[Symbol.dispose]();
      },
    };
  },
});

function placeOf(made: ClientRequest): { readonly host: string; readonly port: number } {
  const { host, protocol } = made;
  // The port is kept only in the Host header, which leaves out the default of the protocol.
  const [, digits] = /:(\d+)$/.exec(String(made.getHeader('host') ?? '')) ?? [];
  return { host, port: digits === undefined ? (DEFAULT_PORTS[protocol] ?? 80) : Number(digits) };
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

async function answersSentinel(id: string): Promise<boolean> {
  const sent = asSentinel(id, () => request({ ...SENTINEL_PLACE, agent: false }));
  try {
    sent.end();
    await once(sent, 'response');
    return false;
  } catch (thrown) {
    return isReplyTo(id, thrown);
  } finally {
    sent.destroy();
  }
}
