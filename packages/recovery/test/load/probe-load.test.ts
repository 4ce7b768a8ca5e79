import { type LoadContext, seededRandom, silentLogger, systemClock } from '@bridge/chaos-core';
import { recovery } from '@bridge/chaos-recovery';
import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { httpService } from '../probe/http-service.ts';

const [load] = recovery().loads;
type Options = z.input<typeof load.options>;

function start(options: Options, signal = new AbortController().signal) {
  const context: LoadContext = { signal, clock: systemClock, random: seededRandom(1), log: silentLogger };
  return load.start(load.options.parse(options), context);
}

/** A service that can wait for so many requests. */
async function counting(answer: (count: number) => number) {
  const seen = Promise.withResolvers<void>();
  let count = 0;
  const service = await httpService((_request, response) => {
    count += 1;
    if (count >= 50) seen.resolve();
    response.writeHead(answer(count)).end();
  });
  return { ...service, enough: seen.promise, requests: () => count };
}

describe('http load', () => {
  it('sends at the given rate and tells what came of it', async () => {
    await using service = await counting((count) => (count % 10 === 0 ? 500 : 200));
    const running = await start({ request: { url: service.url }, arrivals: { kind: 'constant', rate: 200 } });
    await service.enough;
    const done = await running.stop();
    expect(done['sent']).toBe(service.requests());
    expect(done['planned']).toBe(done['sent']);
    expect(done['degraded']).toBe(Math.floor(service.requests() / 10));
    expect(done).toMatchObject({ unknown: 0, timeouts: 0, shed: 0, p95: expect.any(Number) });
    expect(await running.stop()).toBe(done);
  });

  it('can rise from nothing, and come at random', async () => {
    for (const arrivals of [
      { kind: 'ramp', from: 0, to: 500, over: '200ms' },
      { kind: 'poisson', rate: 300 },
    ] as const) {
      await using service = await counting(() => 200);
      const running = await start({ request: { url: service.url }, arrivals });
      await service.enough;
      expect((await running.stop())['healthy']).toBe(service.requests());
    }
  });

  it('sends nothing more once the run was aborted', async () => {
    await using service = await counting(() => 200);
    const controller = new AbortController();
    const arrivals = { kind: 'constant', rate: 500 } as const;
    const running = await start({ request: { url: service.url }, arrivals }, controller.signal);
    await service.enough;
    controller.abort();
    const { sent } = await running.stop();
    expect(service.requests()).toBe(sent);
  });

  it('does not slow down for a slow system, up to what may be in flight', async () => {
    const waiting = Promise.withResolvers<void>();
    let requests = 0;
    await using service = await httpService(() => {
      requests += 1;
      if (requests === 5) waiting.resolve();
    });
    const arrivals = { kind: 'constant', rate: 500 } as const;
    const running = await start({ request: { url: service.url }, arrivals, timeout: 300, maxInFlight: 5 });
    await waiting.promise;
    const done = await running.stop();
    expect(done).toMatchObject({ sent: 5, timeouts: 5, healthy: 0 });
    expect(done['planned']).toBe(5 + Number(done['shed']));
  });

  it.each([
    [{ request: {}, arrivals: { kind: 'constant', rate: 1 } }, /^request\.url: /],
    [
      { request: { url: 'http://a' }, arrivals: { kind: 'constant', rate: 0 } },
      /^arrivals\.rate: expected a rate above 0/,
    ],
    [{ request: { url: 'http://a' }, arrivals: { rate: 5 } }, /^arrivals\.?.*: expected \{ kind: "constant"/],
    [
      { request: { url: 'http://a' }, arrivals: { kind: 'ramp', from: 1, to: 2, over: 0 } },
      /^arrivals\.over: expected a duration above 0/,
    ],
    [{ request: { url: 'http://a' }, arrivals: { kind: 'constant', rate: 1 }, rate: 5 }, /rate/],
  ])('refuses %j', (options, complaint) => {
    const { error } = load.options.safeParse(options);
    const issues = (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
    expect(issues.join('\n')).toMatch(complaint);
  });
});
