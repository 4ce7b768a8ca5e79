import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AnyChaosEvent, Ledger, LedgerEntry } from '@bridge/chaos-core';
import { virtualClock } from '@bridge/chaos-core/testkit';
import { describe, expect, it } from 'vitest';
import { memoryLeases, startFromConfig } from '../../src/index.ts';
import marks from '../federation/marks-plugin.ts';
import { httpService } from '../probe/http-service.ts';
import { temporaryFolder } from '../probe/server/temporary-folder.ts';
import { SimulatedSource, STOPPED } from '../watchtower/simulated-source.ts';

const SLOW = { timeout: 60_000 };
const NODE = ['--conditions=@bridge/source'];
const OFF_HOST = new URL('./off-host.ts', import.meta.url).pathname;
const KILLED_HOST = new URL('./killed-host.ts', import.meta.url).pathname;

const OFF = { runtime: { health: { recovery: false } } };
const CHAOS = { enabled: true, interval: '50ms', probability: 1 };

/** A configuration from its content alone. */
const of = (content: object) => ({ content, environment: {} });

/** A place for an engine, and a folder that it may break. */
async function place() {
  const root = await temporaryFolder();
  const folder = join(root.path, 'service');
  await mkdir(folder);
  return {
    folder,
    engine: { state: join(root.path, 'state'), guardian: 'none', signals: false, safety: {} },
    [Symbol.asyncDispose]: () => root[Symbol.asyncDispose](),
  } as const;
}

const isBroken = (folder: string): Promise<boolean> =>
  access(join(folder, 'broken')).then(
    () => true,
    () => false,
  );

/** Keeps what it is given. */
class ListLedger implements Ledger {
  readonly entries: LedgerEntry[] = [];

  async append(entry: LedgerEntry) {
    return { index: this.entries.push(entry) - 1 };
  }

  async close() {}
}

describe('with everything off', () => {
  it('nothing runs: no timer, no handle, no process, no folder; the host ends by itself', SLOW, async () => {
    await using root = await temporaryFolder();
    const state = join(root.path, 'state');
    const { stdout } = await promisify(execFile)(process.execPath, [...NODE, OFF_HOST, state]);
    const { parts, timers, before, after } = JSON.parse(stdout);
    expect(timers).toBe(0);
    expect(after).toEqual(before);
    expect(parts.filter((part: { state: string }) => part.state !== 'off')).toEqual([]);
    expect(parts.length).toBeGreaterThan(6);
    await expect(access(state)).rejects.toThrow();
  });

  it('faults that a killed life left are undone all the same', SLOW, async () => {
    await using scene = await place();
    const { state } = scene.engine;
    const host = spawn(process.execPath, [...NODE, KILLED_HOST, state, scene.folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await Promise.race([
        once(host.stdout, 'data'),
        once(host, 'exit').then(() => Promise.reject(new Error('ended'))),
      ]);
      expect(await isBroken(scene.folder)).toBe(true);
    } finally {
      host.kill('SIGKILL');
    }
    await once(host, 'close');
    await using system = await startFromConfig({ config: of(OFF), plugins: [marks()], engine: { state } });
    expect(await isBroken(scene.folder)).toBe(false);
    expect(system.engine).toBeUndefined();
    expect(system.parts.find(({ part }) => part === 'engine')).toMatchObject({
      state: 'off',
      why: expect.stringContaining('1 fault(s) of a former life'),
    });
  });
});

describe('by default', () => {
  it('chaos is off, and the watchtower is on; without Docker it is inert and says so', SLOW, async () => {
    await using scene = await place();
    await using system = await startFromConfig({
      config: of({}),
      plugins: [marks()],
      engine: { state: scene.engine.state },
      watch: { targets: { docker: { host: `unix://${join(scene.folder, 'no.sock')}` } } },
    });
    const tower = system.parts.find(({ part }) => part === 'watchtower');
    expect(tower).toMatchObject({ state: 'inert', why: expect.stringMatching(/no\.sock.*start Docker/s) });
    expect(system.parts.filter(({ state }) => state === 'on')).toEqual([]);
    expect(system.recent.map(({ type }) => type)).toEqual(['runtime:part', 'runtime:started']);
    expect(system.watchtower?.recent.map(({ type }) => type)).toContain('watchtower:inert');
  });
});

describe('what is turned on', () => {
  it('breaks, mends, records and sends on, and is closed in reverse order', SLOW, async () => {
    await using scene = await place();
    const ledger = new ListLedger();
    const forwarded: (readonly string[] | 'ended')[] = [];
    const source = new SimulatedSource();
    source.add('web');
    const system = await startFromConfig({
      config: of({
        runtime: { health: { chaos: CHAOS }, ledger: { forward: ['recovery'] } },
        safety: { maxHold: '1m', protected_services: ['nobody'] },
        schedules: [{ name: 'nightly', frequency: 'daily', schedule_pattern: '02:30' }],
      }),
      plugins: [marks()],
      things: [{ fault: { type: 'folder.mark', target: { folder: scene.folder }, params: {}, for: '100ms' } }],
      engine: { state: scene.engine.state, guardian: 'none', signals: false },
      ledger,
      forward: (only) => {
        forwarded.push(only);
        return { [Symbol.asyncDispose]: async () => void forwarded.push('ended') };
      },
      replicas: { election: { leases: memoryLeases(), node: 'node-001' } },
      watch: { targets: { docker: false, sources: [source] }, policy: { dryRunFirst: false, backoff: { first: 1 } } },
    });
    const { engine, watchtower } = system;
    const events: AnyChaosEvent['type'][] = [];
    engine?.on('*', ({ type }) => events.push(type));
    await expect.poll(() => events, { timeout: 40_000 }).toContain('fault:reverted');
    source.become('web', STOPPED);
    await expect.poll(() => source.restarted, { timeout: 40_000 }).toEqual(['web']);
    expect(events).toContain('host:signal');
    expect(watchtower?.status.standing).toMatchObject({ role: 'leader' });
    expect(system.leadership?.standing).toMatchObject({ role: 'leader' });
    expect(system.schedules.map(({ name }) => name)).toEqual(['monkey', 'nightly']);
    await system.close();
    await system.close();
    expect(system.recent.at(-1)).toMatchObject({
      type: 'runtime:closed',
      data: { parts: ['schedule nightly', 'monkey', 'watchtower', 'engine', 'election', 'forwarding'] },
    });
    expect(forwarded).toEqual([['recovery'], 'ended']);
    expect(await isBroken(scene.folder)).toBe(false);
    const types = ledger.entries.map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['fault:intended', 'fault:reverted', 'watchtower:restarted']));
  });

  it('the monitors of the host are asked, and what they say reaches the engine', SLOW, async () => {
    await using scene = await place();
    await using monitor = await httpService((_, response) => response.writeHead(503).end());
    await using system = await startFromConfig({
      config: of({
        runtime: { health: { recovery: false, chaos: { enabled: true, interval: '1h' } } },
        integration: { health_monitor_url: monitor.url, auto_recovery_url: monitor.url },
      }),
      plugins: [marks()],
      things: [{ fault: { type: 'folder.mark', target: { folder: scene.folder }, params: {} } }],
      engine: { state: scene.engine.state, guardian: 'none', signals: false },
    });
    const signals = () =>
      (system.engine?.recent() ?? []).flatMap((one) => (one.type === 'host:signal' ? [one.data] : []));
    await expect.poll(() => signals().length, { timeout: 40_000 }).toBe(2);
    expect(
      signals()
        .map(({ kind, name }) => `${kind} ${name}`)
        .sort(),
    ).toEqual(['playbook auto-recovery', 'trigger health-monitor']);
  });

  it('min_healthy_services keeps most of the watched services fine', SLOW, async () => {
    await using scene = await place();
    const source = new SimulatedSource();
    for (const name of ['a', 'b', 'c', 'd']) source.add(name, { restart: 'observe' });
    await using system = await startFromConfig({
      config: of({
        runtime: { health: { chaos: { enabled: true, interval: '1h' } } },
        safety: { min_healthy_services: 0.75 },
      }),
      plugins: [marks()],
      things: [{ fault: { type: 'folder.mark', target: { folder: scene.folder }, params: {} } }],
      engine: { state: scene.engine.state, guardian: 'none', signals: false },
      watch: { targets: { docker: false, sources: [source] }, policy: { dryRunFirst: false } },
    });
    const fault = { type: 'folder.mark', target: { folder: scene.folder }, params: {} } as const;
    const fine = (): number =>
      system.watchtower?.status.targets.filter(({ assessment }) => assessment.is === 'fine').length ?? 0;
    await expect.poll(fine, { timeout: 20_000 }).toBe(4);
    source.become('a', STOPPED);
    await expect.poll(fine, { timeout: 20_000 }).toBe(3);
    await (await system.engine?.inject(fault))?.revert();
    source.become('b', STOPPED);
    await expect.poll(fine, { timeout: 20_000 }).toBe(2);
    await expect(system.engine?.inject(fault)).rejects.toThrow(/healthy-services.*2 of 4 would be fine/s);
  });
});

describe('it fails closed', () => {
  it.each([
    ['a bad configuration', { safty: {} }, 'safty: expected no such key'],
    [
      'something to forward and nowhere to',
      { runtime: { ledger: { forward: ['recovery'] } } },
      'startFromConfig({ ledger })',
    ],
    [
      'chaos without anything to do',
      { runtime: { health: { chaos: { enabled: true } } } },
      'a plugin with container.kill',
    ],
    [
      'a schedule with the name of the monkey',
      { schedules: [{ name: 'monkey', frequency: 'hourly', schedule_pattern: ':30' }] },
      'schedules[0].name',
    ],
  ])('on %s', async (_, content, message) => {
    await using scene = await place();
    const clock = virtualClock();
    const start = startFromConfig({
      config: of(content),
      plugins: [marks()],
      engine: { state: scene.engine.state },
      clock,
    });
    await expect(start).rejects.toMatchObject({
      code: 'CHAOS_CONFIGURATION_INVALID',
      message: expect.stringContaining(message),
    });
    await expect(readdir(scene.engine.state)).rejects.toThrow();
  });

  it('when a part cannot start, those before it are closed again', SLOW, async () => {
    await using scene = await place();
    const config = of({
      runtime: {
        health: { recovery: false, chaos: { enabled: true, interval: '1h' } },
        ledger: { forward: ['recovery'] },
      },
    });
    let open = 0;
    const options = {
      config,
      plugins: [marks()],
      things: [{ fault: { type: 'folder.mark', target: { folder: scene.folder }, params: {} } }],
      engine: { state: scene.engine.state, guardian: 'none', signals: false },
      ledger: new ListLedger(),
      forward: () => {
        open += 1;
        return {
          [Symbol.asyncDispose]: async () => {
            open -= 1;
          },
        };
      },
    } as const;
    await using _first = await startFromConfig(options);
    expect(open).toBe(1);
    await expect(startFromConfig(options)).rejects.toMatchObject({ code: 'CHAOS_STATE_LOCKED' });
    expect(open).toBe(1);
  });
});
