import { marked } from '@bridge/chaos-injectors/app';
import { describe, expect, it } from 'vitest';
import { sparesLateAnswers } from './late-answers.ts';
import { liveEngine } from './live-engine.ts';
import { localServer } from './local-server.ts';
import { slowServer } from './slow-server.ts';

const target = { app: 'self' } as const;

/** How a fetch ended. */
async function outcomeOf(url: string, init: RequestInit = {}): Promise<string> {
  try {
    const response = await fetch(url, init);
    return await response.text().then(
      (text) => `${response.status} ${text.length}`,
      (thrown: Error) => `${response.status} cut ${thrown.message} ${codeOf(thrown)}`,
    );
  } catch (thrown) {
    return thrown instanceof Error ? `${thrown.name} ${thrown.message} ${codeOf(thrown)}` : String(thrown);
  }
}

function codeOf({ cause }: Error): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
}

type Dispatch = (options: unknown, handler: unknown) => unknown;
const letPass =
  (dispatch: Dispatch): Dispatch =>
  (options, handler) =>
    dispatch(options, handler);

describe('app.fetch', () => {
  it('delays, and an abort during the delay ends it at once', async () => {
    await using live = await liveEngine();
    await using server = await localServer();
    const effect = { kind: 'delay', delay: '1h' } as const;
    await using _fault = await live.inject({ type: 'app.fetch', target, params: { scope: 'process', effect } });
    const caller = new AbortController();
    const waiting = outcomeOf(server.url, { signal: caller.signal });
    caller.abort();
    expect(await waiting).toBe('AbortError This operation was aborted undefined');
    expect(server.served).toBe(0);
  });

  it('lets what waits go on when it ends', async () => {
    await using live = await liveEngine();
    await using server = await localServer();
    const effect = { kind: 'delay', delay: '1h' } as const;
    const fault = await live.inject({ type: 'app.fetch', target, params: { scope: 'process', effect } });
    const waiting = outcomeOf(server.url);
    await fault.revert();
    expect(await waiting).toBe('200 1000');
  });

  it.each([
    { kind: 'delay', delay: '1h' },
    { kind: 'error', code: 'EPIPE' },
    { kind: 'status', status: 503 },
  ] as const)('spares what another fault has held until after its end: $kind', async (effect) => {
    await using live = await liveEngine();
    await using server = await localServer();
    const delay = { kind: 'delay', delay: '1h' } as const;
    const first = await live.inject({ type: 'app.fetch', target, params: { scope: 'process', effect: delay } });
    const second = await live.inject({ type: 'app.fetch', target, params: { scope: 'process', effect } });
    const waiting = outcomeOf(server.url);
    await second.revert();
    await first.revert();
    expect(await waiting).toBe('200 1000');
  });

  sparesLateAnswers('app.fetch', ({ url }) => outcomeOf(url));

  it('lets the rest of a body through that began before the end', async () => {
    await using live = await liveEngine();
    await using server = await slowServer('x'.repeat(50));
    const effect = { kind: 'truncated-body', after: '100B' } as const;
    const fault = await live.inject({ type: 'app.fetch', target, params: { scope: 'process', effect } });
    const response = await fetch(server.url);
    await fault.revert();
    server.answer();
    expect((await response.text()).length).toBe(1_000);
  });

  it('goes on as usual after the delay', async () => {
    await using live = await liveEngine();
    await using server = await localServer();
    const effect = { kind: 'delay', delay: '60ms' } as const;
    await using _fault = await live.inject({ type: 'app.fetch', target, params: { scope: 'process', effect } });
    const began = performance.now();
    expect(await outcomeOf(server.url)).toBe('200 1000');
    expect(performance.now() - began).toBeGreaterThan(55);
    const slow = outcomeOf(server.url, { method: 'POST', body: 'x'.repeat(100_000) });
    expect(await slow).toBe('200 1000');
  });

  it('fails with the error a real connection ends in, before anything is sent', async () => {
    await using live = await liveEngine();
    await using server = await localServer();
    const real = await fetch('http://127.0.0.1:2/').catch((thrown: Error) => thrown.cause);
    const effect = { kind: 'error', code: 'ECONNREFUSED' } as const;
    await using _fault = await live.inject({ type: 'app.fetch', target, params: { scope: 'process', effect } });
    const injected = await fetch(server.url).catch((thrown: Error) => thrown.cause);
    expect({ ...(injected as object), port: 2 }).toEqual({ ...(real as object) });
    expect(String(injected)).toBe(String(real).replace(':2', `:${server.port}`));
    expect(server.served).toBe(0);
  });

  it('answers in place of the server', async () => {
    await using live = await liveEngine();
    await using server = await localServer();
    const effect = { kind: 'status', status: 503, body: '{"busy":true}', headers: { 'retry-after': '2' } } as const;
    await using _fault = await live.inject({ type: 'app.fetch', target, params: { scope: 'process', effect } });
    const response = await fetch(server.url);
    expect([response.status, response.statusText]).toEqual([503, 'Service Unavailable']);
    expect(response.headers.get('retry-after')).toBe('2');
    expect(await response.json()).toEqual({ busy: true });
    expect(server.served).toBe(0);
  });

  it('loses the response of a server that has done the work', async () => {
    await using live = await liveEngine();
    await using server = await localServer();
    const effect = { kind: 'lost-response' } as const;
    await using _fault = await live.inject({ type: 'app.fetch', target, params: { scope: 'process', effect } });
    expect(await outcomeOf(server.url)).toBe('TypeError fetch failed ECONNRESET');
    expect(server.served).toBe(1);
  });

  it('breaks off a body, small or large', async () => {
    await using live = await liveEngine();
    await using small = await localServer();
    await using large = await localServer((_request, response) => void response.end(Buffer.alloc(5_000_000)));
    const effect = { kind: 'truncated-body', after: '100B' } as const;
    await using _fault = await live.inject({ type: 'app.fetch', target, params: { scope: 'process', effect } });
    expect(await outcomeOf(small.url)).toMatch(/^200 cut .* ECONNRESET$/);
    expect(await outcomeOf(large.url)).toMatch(/^200 cut .* ECONNRESET$/);
  });

  it('hits what matches, when its schedule says so, and counts', async () => {
    await using live = await liveEngine();
    await using server = await localServer();
    await using other = await localServer();
    const params = {
      scope: 'process',
      match: { host: '127.0.0.*', port: server.port, path: '/orders/*', method: 'GET' },
      when: { pattern: 'FFS' },
      effect: { kind: 'error', code: 'EPIPE' },
    } as const;
    const fault = await live.inject({ type: 'app.fetch', target, params });
    const ended: string[] = [];
    for (let n = 0; n < 4; n += 1) ended.push(await outcomeOf(`${server.url}orders/1`));
    expect(ended).toEqual([...Array(2).fill('TypeError fetch failed EPIPE'), '200 1000', '200 1000']);
    expect(await outcomeOf(`${other.url}orders/1`)).toBe('200 1000');
    expect(await outcomeOf(`${server.url}users/1`)).toBe('200 1000');
    const reverted = new Promise((resolve) => live.engine.once('fault:reverted', resolve));
    await fault.revert();
    await reverted;
  });

  it('hits only marked requests under keep-alive concurrency', async () => {
    await using live = await liveEngine();
    await using server = await localServer((_request, response) => void setImmediate(() => response.end('up')));
    const effect = { kind: 'status', status: 503 } as const;
    await using _fault = await live.inject({
      type: 'app.fetch',
      target,
      params: { scope: { marked: 'drill' }, effect },
    });
    const call = async (mark: string | undefined): Promise<{ mark: string | undefined; status: number }> => {
      await new Promise((resolve) => setImmediate(resolve));
      const response = await fetch(server.url);
      await response.text();
      return { mark, status: response.status };
    };
    const marks = Array.from({ length: 400 }, (_, n) => ['drill', undefined, 'other', undefined][n % 4]);
    const calls = marks.map((mark) => (mark === undefined ? call(mark) : marked(mark, () => call(mark))));
    const ended = await Promise.all(calls);
    expect(ended.filter(({ mark, status }) => (mark === 'drill') !== (status === 503))).toEqual([]);
    expect(server.served).toBe(300);
  });

  it('composes, ends in any order, and leaves the very dispatchers it found', async () => {
    await using live = await liveEngine();
    await using server = await localServer();
    await fetch(server.url).then((response) => response.text());
    const slots = ['undici.globalDispatcher.1', 'undici.globalDispatcher.2'].map((name) => Symbol.for(name));
    const dispatchers = (): unknown[] => slots.map((slot) => Reflect.get(globalThis, slot));
    const before = [...dispatchers(), globalThis.fetch];
    const error = { kind: 'error', code: 'ECONNRESET' } as const;
    const delay = { kind: 'delay', delay: '20ms' } as const;
    const first = await live.inject({ type: 'app.fetch', target, params: { scope: 'process', effect: delay } });
    const second = await live.inject({ type: 'app.fetch', target, params: { scope: 'process', effect: error } });
    const began = performance.now();
    expect(await outcomeOf(server.url)).toContain('ECONNRESET');
    expect(performance.now() - began).toBeGreaterThan(15);
    expect(dispatchers().some((now, at) => now !== before[at])).toBe(true);
    await first.revert();
    expect(await outcomeOf(server.url)).toContain('ECONNRESET');
    await second.revert();
    expect(await outcomeOf(server.url)).toBe('200 1000');
    [...dispatchers(), globalThis.fetch].forEach((now, at) => void expect(now).toBe(before[at]));
  });

  it('stays inert below a dispatcher that was put over it', async () => {
    await using live = await liveEngine();
    await using server = await localServer();
    await fetch(server.url).then((response) => response.text());
    const slots = ['undici.globalDispatcher.1', 'undici.globalDispatcher.2'].map((name) => Symbol.for(name));
    const before = slots.map((slot) => Reflect.get(globalThis, slot));
    const effect = { kind: 'error', code: 'ECONNRESET' } as const;
    const fault = await live.inject({ type: 'app.fetch', target, params: { scope: 'process', effect } });
    const over = slots.map((slot) => Reflect.get(globalThis, slot)?.compose(letPass));
    slots.forEach((slot, at) => void (over[at] !== undefined && Reflect.set(globalThis, slot, over[at])));
    expect(await outcomeOf(server.url)).toContain('ECONNRESET');
    await fault.revert();
    expect(await outcomeOf(server.url)).toBe('200 1000');
    expect(slots.map((slot) => Reflect.get(globalThis, slot))).toEqual(over);
    slots.forEach((slot, at) => void (before[at] !== undefined && Reflect.set(globalThis, slot, before[at])));
  });

  it('is found inert, and refused, where its hook is not what fetch sends through', async () => {
    await using live = await liveEngine();
    const own = globalThis.fetch;
    globalThis.fetch = async () => new Response('from somewhere else');
    try {
      const effect = { kind: 'error', code: 'ECONNRESET' } as const;
      const injecting = live.inject({ type: 'app.fetch', target, params: { scope: 'process', effect } });
      await expect(injecting).rejects.toMatchObject({ code: 'CHAOS_FAULT_INERT' });
    } finally {
      globalThis.fetch = own;
    }
  });
});
