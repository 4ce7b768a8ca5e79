import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { proxy } from '../../src/proxy/plugin.ts';
import { inject } from './inject.ts';
import { portOf } from './upstream.ts';

/** A proxy before an upstream that answers the one request it gets when it is told to. */
async function web() {
  const arrived = Promise.withResolvers<ServerResponse>();
  const server = createServer((_request, response) => arrived.resolve(response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const front = await proxy({ name: 'web', upstream: portOf(server), http: true, inProcess: true });
  return {
    port: front.port,
    arrived: arrived.promise,
    async [Symbol.asyncDispose]() {
      await front.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

async function ask(port: number): Promise<{ status: number | undefined; body: string }> {
  const answer = await answerOf(port);
  return { status: answer.statusCode, body: await text(answer) };
}

async function answerOf(port: number): Promise<IncomingMessage> {
  const [answer]: IncomingMessage[] = await once(get({ host: '127.0.0.1', port, agent: false }), 'response');
  if (answer === undefined) throw new Error('no answer');
  return answer;
}

const hit = (effect: object) => inject('web', 'proxy.http', { effect });

it.each([
  { kind: 'abort', at: 'after' },
  { kind: 'abort', at: 'midway' },
  { kind: 'change', status: 500, body: 'other' },
])('an answer that comes after the end is as the upstream sent it: %o', async (effect) => {
  await using it = await web();
  const fault = await hit(effect);
  const asked = ask(it.port);
  const answer = await it.arrived;
  await fault.revert();
  expect(await fault.observe()).toBe('absent');
  answer.end('as it was');
  expect(await asked).toEqual({ status: 200, body: 'as it was' });
});

it.each(['', 'as it was'])('a body that comes after the end is not cut: "%s"', async (body) => {
  await using it = await web();
  const fault = await hit({ kind: 'abort', at: 'midway' });
  const asked = answerOf(it.port);
  const upstream = await it.arrived;
  const headSeen = new Promise((resolve) => subscribe('http.client.response.finish', resolve));
  upstream.setHeader('trailer', 'x-end');
  upstream.flushHeaders();
  await headSeen;
  await fault.revert();
  upstream.addTrailers({ 'x-end': 'true' });
  upstream.end(body);
  const answer = await asked;
  expect([await text(answer), answer.trailers]).toEqual([body, { 'x-end': 'true' }]);
});

it.each([
  { kind: 'delay', delay: '1h' },
  { kind: 'abort', at: 'before' },
  { kind: 'status', status: 503 },
])('a request that another fault has held until after the end is spared: %o', async (effect) => {
  await using it = await web();
  const first = await hit({ kind: 'delay', delay: '1h' });
  const second = await hit(effect);
  const asked = ask(it.port);
  await expect.poll(async () => (await second.counters())?.injected, { timeout: 20_000 }).toBe(1);
  await second.revert();
  await first.revert();
  (await it.arrived).end('as it was');
  expect(await asked).toEqual({ status: 200, body: 'as it was' });
});
