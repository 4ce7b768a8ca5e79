import { once } from 'node:events';
import { http, type SignalSink, signalWebhook, watchMonitor } from '@bridge/chaos-recovery';
import { describe, expect, it } from 'vitest';
import { httpService } from '../probe/http-service.ts';

const TOKEN = 'a-secret-of-monitors';

type Told = Parameters<SignalSink['signal']>[0];

function sink() {
  const told: Told[] = [];
  return { told, signal: (signal: Told): void => void told.push(signal) };
}

function post(body: unknown, init: RequestInit = {}): Request {
  const headers = { authorization: `Bearer ${TOKEN}` };
  return new Request('http://host/signals', { method: 'POST', headers, body: JSON.stringify(body), ...init });
}

describe('signal webhook', () => {
  it('hands on what a monitor or healer tells', async () => {
    const heard = sink();
    const webhook = signalWebhook(heard, { token: TOKEN });
    const response = await webhook(post({ kind: 'playbook', name: 'restart-db', data: { by: 'auto-recovery' } }));
    expect([response.status, await response.json()]).toEqual([202, { accepted: 1 }]);
    expect(heard.told).toEqual([{ kind: 'playbook', name: 'restart-db', data: { by: 'auto-recovery' } }]);
  });

  it('understands Alertmanager: what fires is a trigger', async () => {
    const heard = sink();
    const alert = (status: string, alertname: string) => ({
      status,
      labels: { alertname, job: 'api' },
      annotations: {},
    });
    const alerts = [alert('firing', 'HighLatency'), alert('resolved', 'DiskFull')];
    const body = { version: '4', groupKey: '{}', status: 'firing', receiver: 'chaos', alerts };
    expect((await signalWebhook(heard, { token: TOKEN })(post(body))).status).toBe(202);
    const labels = { alertname: 'HighLatency', job: 'api' };
    expect(heard.told).toEqual([{ kind: 'trigger', name: 'HighLatency', data: { labels } }]);
  });

  it.each([
    [401, post({}, { headers: {} })],
    [401, post({}, { headers: { authorization: 'Bearer wrong' } })],
    [400, post({ kind: 'alarm', name: 'x' })],
    [400, post({}, { body: 'not json' })],
    [405, new Request('http://host/signals')],
    [413, post('x'.repeat(2 ** 20))],
  ])('answers %i and tells nothing', async (status, request) => {
    const heard = sink();
    expect((await signalWebhook(heard, { token: TOKEN })(request)).status).toBe(status);
    expect(heard.told).toEqual([]);
  });

  it('wants a token that cannot be guessed', () => {
    expect(() => signalWebhook(sink(), { token: 'short' })).toThrow(
      /CHAOS_OPTIONS_INVALID: expected a token of at least 16/,
    );
  });
});

describe('watching a monitor', () => {
  it('signals each turn from quiet to not, and nothing for silence', async () => {
    const answers = ['ok', null, 'ok', 'broken', 'broken', null, 'broken', 'ok', 'broken'];
    const heard = sink();
    const asked: string[] = [];
    const done = Promise.withResolvers<void>();
    await using monitor = await httpService((request, response) => {
      const status = answers[asked.length];
      asked.push(status ?? 'silence');
      if (asked.length > answers.length) done.resolve();
      // A connection that breaks off is no answer.
      if (status === null) request.destroy();
      else response.end(JSON.stringify({ status: status ?? 'broken' }));
    });
    const expectation = { body: { path: '$.status', equals: 'ok' } };
    const probe = http({ name: 'monitor', url: monitor.url, every: '5ms', timeout: '10s', expect: expectation });
    {
      await using _watching = await watchMonitor(heard, { probe });
      await done.promise;
    }
    expect(heard.told.map(({ kind, name }) => [kind, name])).toEqual([
      ['trigger', 'monitor'],
      ['trigger', 'monitor'],
    ]);
    expect(heard.told[0]?.data).toEqual({ detail: 'expected $.status to equal "ok", got "broken"' });
  });

  it('says of a healer that it acts, and ends in the middle of a question', async () => {
    const heard = sink();
    await using healer = await httpService((_, response) => response.writeHead(503).end());
    const probe = http({ name: 'healer', url: healer.url, every: '5ms', timeout: '10s' });
    const options = { probe, kind: 'playbook', signal: 'auto-recovery' } as const;
    {
      await using _watching = await watchMonitor(heard, options);
      await expect.poll(() => heard.told.length, { timeout: 15_000 }).toBe(1);
    }
    expect(heard.told[0]).toMatchObject({ kind: 'playbook', name: 'auto-recovery' });
    await using mute = await httpService(() => {});
    const silent = http({ name: 'mute', url: mute.url, timeout: '1h' });
    const request = once(mute.server, 'request');
    const watching = await watchMonitor(heard, { probe: silent });
    await request;
    await watching[Symbol.asyncDispose]();
    expect(heard.told).toHaveLength(1);
  });
});
