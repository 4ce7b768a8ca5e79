import { EventEmitter, once } from 'node:events';
import { createServer, IncomingMessage, request, ServerResponse } from 'node:http';
import * as z from 'zod';
import { appFault } from '../app-fault.ts';
import { listenTo, memberOf } from '../channel.ts';
import { Delays } from '../delays.ts';
import { enterMarkOf, whyNoHeaderMarks } from '../request/header-marks.ts';
import { type Matchable, matchesRequest, matchText, requestMatch } from '../request/match.ts';
import { asSentinel } from '../request/request-context.ts';
import { Rule } from '../request/rule.ts';
import { requestScope, scopeText } from '../request/scope.ts';
import { when, whenText } from '../request/when.ts';
import { type Arrival, hitArrival, httpServerEffect, httpServerEffectText } from './effect.ts';

const SENTINEL_HEADER = 'x-chaos-sentinel';

/**
 * `app.http-server`: requests that this thread serves over HTTP/1 go wrong, whatever framework handles them. Marks come
 * from signed headers, see `acceptMarks()`.
 */
export const appHttpServer = appFault({
  type: 'app.http-server',
  params: z.strictObject({
    scope: requestScope,
    /** Which requests: by their Host header, the local port, method and path. Default: all. */
    match: requestMatch.prefault({}),
    when: when.default('always'),
    effect: httpServerEffect,
  }),
  risk: 'medium',
  obstacle: ({ scope }) => whyNoHeaderMarks(scope),
  describe: ({ scope, match, when, effect }) =>
    `${httpServerEffectText(effect)}: ${whenText(when)} request served ${matchText(match)}, ${scopeText(scope)}`,
  begin({ scope, match, when, effect }, { id, clock, random }) {
    const delays = new Delays(clock);
    const rule = new Rule({ scope, when, random });
    const draws = random.fork('effect');
    const listening = listenTo('http.server.request.start', (message) => {
      const arrival = arrivalOf(message);
      if (arrival === undefined) return;
      if (arrival.request.headers[SENTINEL_HEADER] !== undefined) return answerSentinel(arrival, id);
      enterMarkOf(arrival.request);
      if (!rule.covers() || !matchesRequest(match, placeOf(arrival.request)) || !rule.draws()) return;
      hitArrival(arrival, effect, { delays, random: draws });
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

function arrivalOf(message: unknown): Arrival | undefined {
  const arrived = memberOf(message, 'request', IncomingMessage);
  const response = memberOf(message, 'response', ServerResponse);
  const server = serverOf(message);
  if (arrived === undefined || response === undefined || server === undefined) return undefined;
  return { request: arrived, response, server };
}

/** An HTTP or HTTPS server: the two have no class in common that knows requests. */
function serverOf(message: unknown): EventEmitter | undefined {
  return memberOf(message, 'server', EventEmitter);
}

function placeOf({ headers, socket, method = '', url = '' }: IncomingMessage): Matchable {
  const host = (headers.host ?? '').replace(/:\d+$/, '');
  return { host, port: socket.localPort, method, path: url };
}

/** A sentinel is for one fault; the others let it pass. Ids are not to be guessed, so nobody else can send one. */
function answerSentinel({ request: arrived, response }: Arrival, id: string): void {
  if (arrived.headers[SENTINEL_HEADER] === id) response.setHeader(SENTINEL_HEADER, id);
}

/** Serves one request on loopback and looks whether the injector was there first. */
async function answersSentinel(id: string): Promise<boolean> {
  const server = createServer((_request, response) => void response.end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const headers = { [SENTINEL_HEADER]: id, connection: 'close' };
  const sent = asSentinel(id, () => request({ host: '127.0.0.1', port, headers, agent: false }));
  try {
    sent.end();
    const [response] = await once(sent, 'response');
    response.resume();
    return response.headers[SENTINEL_HEADER] === id;
  } finally {
    sent.destroy();
    server.close();
  }
}
