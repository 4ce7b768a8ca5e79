import dns, { lookup as importedLookup } from 'node:dns';
import { lookup as promisedLookup } from 'node:dns/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { liveEngine } from './live-engine.ts';
import { localServer } from './local-server.ts';

const target = { app: 'self' } as const;

const allowed = { patches: ['dns' as const] };

describe('app.dns', () => {
  it('is refused unless the patch was allowed', async () => {
    await using live = await liveEngine();
    const params = { scope: 'process', names: ['*'], effect: { kind: 'fail', code: 'ENOTFOUND' } } as const;
    await expect(live.inject({ type: 'app.dns', target, params: { ...params, names: ['*'] } })).rejects.toThrow(
      "Allow it with app({ patches: ['dns'] })",
    );
  });

  it('fails lookups as the resolver does, for every way to ask', async () => {
    await using live = await liveEngine(allowed);
    await using server = await localServer();
    const effect = { kind: 'fail', code: 'ENOTFOUND' } as const;
    const params = { scope: 'process', names: ['payments.*', 'localhost'], effect } as const;
    await using _fault = await live.inject({
      type: 'app.dns',
      target,
      params: { ...params, names: [...params.names] },
    });
    const shape = {
      message: 'getaddrinfo ENOTFOUND payments.internal',
      errno: -3008,
      code: 'ENOTFOUND',
      syscall: 'getaddrinfo',
      hostname: 'payments.internal',
    };
    await expect(promisify(dns.lookup)('payments.internal')).rejects.toMatchObject(shape);
    await expect(promisify(importedLookup)('payments.internal')).rejects.toMatchObject(shape);
    await expect(promisedLookup('payments.internal')).rejects.toMatchObject(shape);
    const fetched = fetch(`http://localhost:${server.port}/`, { headers: { connection: 'close' } });
    await expect(fetched).rejects.toMatchObject({ cause: { code: 'ENOTFOUND', hostname: 'localhost' } });
    expect((await fetch(server.url)).status).toBe(200);
  });

  it('answers a wrong address, alone or as a list', async () => {
    await using live = await liveEngine(allowed);
    await using server = await localServer();
    const effect = { kind: 'answer', address: '127.0.0.1' } as const;
    await using _fault = await live.inject({
      type: 'app.dns',
      target,
      params: { scope: 'process', names: ['payments.invalid'], effect },
    });
    expect(await promisedLookup('payments.invalid')).toEqual({ address: '127.0.0.1', family: 4 });
    expect(await promisedLookup('payments.invalid', { all: true })).toEqual([{ address: '127.0.0.1', family: 4 }]);
    const response = await fetch(`http://payments.invalid:${server.port}/`);
    expect(response.status).toBe(200);
  });

  it('delays', async () => {
    await using live = await liveEngine(allowed);
    const effect = { kind: 'delay', delay: '60ms' } as const;
    await using _fault = await live.inject({
      type: 'app.dns',
      target,
      params: { scope: 'process', names: ['localhost'], effect },
    });
    const began = performance.now();
    await promisify(dns.lookup)('localhost');
    expect(performance.now() - began).toBeGreaterThan(55);
  });

  it('answers what waits when it ends', async () => {
    await using live = await liveEngine(allowed);
    const effect = { kind: 'delay', delay: '1h' } as const;
    const params = { scope: 'process', names: ['localhost'], effect } as const;
    const fault = await live.inject({ type: 'app.dns', target, params: { ...params, names: ['localhost'] } });
    const waiting = [promisify(dns.lookup)('localhost'), promisedLookup('localhost')];
    await fault.revert();
    expect(await Promise.all(waiting)).toHaveLength(2);
  });

  it('leaves the very functions it found, whichever of two ends first', async () => {
    await using live = await liveEngine(allowed);
    const functions = (): unknown[] => [dns.lookup, dns.promises.lookup, importedLookup, promisedLookup];
    const before = functions();
    const effect = { kind: 'delay', delay: '1ms' } as const;
    const params = { scope: 'process', names: ['x'], effect } as const;
    const first = await live.inject({ type: 'app.dns', target, params: { ...params, names: ['x'] } });
    const second = await live.inject({ type: 'app.dns', target, params: { ...params, names: ['y'] } });
    expect(functions().every((now, at) => now !== before[at])).toBe(true);
    await first.revert();
    expect(functions().every((now, at) => now !== before[at])).toBe(true);
    await second.revert();
    expect(functions().every((now, at) => now === before[at])).toBe(true);
  });
});
