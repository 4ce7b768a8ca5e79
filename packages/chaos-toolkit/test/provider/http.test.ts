import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Json, JsonObject } from '@bridge/chaos-core';
import { importChaosToolkit, runChaosToolkit } from '@bridge/chaos-toolkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let server: Server;
let base = '';

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body = await textOf(request);
    const { method, url = '', headers } = request;
    if (url === '/moved') response.writeHead(302, { Location: '/there' }).end();
    else if (url === '/round') response.writeHead(302, { Location: '/round' }).end();
    else if (url === '/silent') response.writeHead(200).write('a');
    else if (url === '/packed')
      response
        .writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Type': 'text/plain; charset=utf-8' })
        .end(gzipSync('päckchen'));
    else if (url === '/almost')
      response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8' }).end('{"a":1}');
    else
      response
        .writeHead(200, { 'Content-Type': 'application/json' })
        .end(JSON.stringify({ method, url, type: headers['content-type'] ?? null, body }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function call(path: string, provider: JsonObject = {}) {
  const activity = { type: 'probe', name: 'p', provider: { type: 'http', url: `${base}${path}`, ...provider } };
  const imported = await importChaosToolkit({ json: { title: 't', description: 'd', method: [activity] } });
  const { journal } = await runChaosToolkit(imported, { mode: 'compat', signals: false });
  const [entry] = journal.run;
  return { entry, status: journal.status, body: bodyOf(entry?.output ?? null) };
}

function bodyOf(output: Json): Json | undefined {
  return typeof output === 'object' && output !== null && 'body' in output ? output['body'] : undefined;
}

describe('the http provider', () => {
  it('sends arguments as the query of a GET', async () => {
    const { body } = await call('/q?x=1', { arguments: { a: 'b c', list: [1, 2], none: null, yes: true } });
    expect(body).toMatchObject({ method: 'GET', url: '/q?x=1&a=b+c&list=1&list=2&yes=True' });
  });

  it('sends JSON only for exactly this content type, else a form', async () => {
    const headers = { 'Content-Type': 'application/json' };
    const asJson = await call('/', { method: 'post', headers, arguments: { a: [1, 'x'] } });
    expect(asJson.body).toMatchObject({ method: 'POST', body: '{"a":[1,"x"]}' });
    const asForm = await call('/', { method: 'POST', arguments: { a: 'b c', l: [1, 2] } });
    expect(asForm.body).toMatchObject({ type: 'application/x-www-form-urlencoded', body: 'a=b+c&l=1&l=2' });
  });

  it('reads JSON only when the answer says exactly that, and unpacks', async () => {
    expect((await call('/almost')).body).toBe('{"a":1}');
    expect((await call('/packed')).body).toBe('päckchen');
  });

  it('follows redirects, and a POST becomes a GET', async () => {
    expect((await call('/moved', { method: 'POST', arguments: { a: 1 } })).body).toMatchObject({
      method: 'GET',
      url: '/there',
      body: '',
    });
  });

  it('breaks off the run when redirects do not end', async () => {
    expect(await call('/round')).toMatchObject({ status: 'aborted' });
  });

  it('fails when the answer does not go on in time', async () => {
    const { entry } = await call('/silent', { timeout: [20, 0.2] });
    expect(entry).toMatchObject({
      status: 'failed',
      exception: ['chaoslib.exceptions.ActivityFailed: activity took too long to complete\n'],
    });
  });
});
