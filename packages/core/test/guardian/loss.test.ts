import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AnyChaosEvent,
  ChaosEngine,
  definePlugin,
  type GuardianLauncher,
  isChaosError,
  processGuardian,
} from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import markers, { marker } from '../fixtures/marker-plugin.ts';
import { eventually, victim, World } from './world.ts';

const armed = (world: World) => new ChaosEngine({ plugins: [markers()], armed: true, state: world.state });

const inject = (engine: ReturnType<typeof armed>, world: World) =>
  engine.inject({ type: 'folder.marker', target: { folder: world.root }, params: {} });

function collect(engine: ReturnType<typeof armed>): AnyChaosEvent[] {
  const events: AnyChaosEvent[] = [];
  engine.on('*', (event) => void events.push(event));
  return events;
}

describe('when engine and guardian are both killed', () => {
  it('the next start reverts what is left and reports it as orphan', async () => {
    await using world = await World.make();
    const dead = victim(world, 'fault:effective', 'SIGSTOP', 60_000);
    await dead.saw('reached');
    const guardian = dead.lines.find((line) => line['event'] === 'guardian:armed')?.['data'];
    process.kill((guardian as { pid: number }).pid, 'SIGKILL');
    process.kill(dead.pid, 'SIGKILL');
    await dead.ended;
    expect(world.isBroken()).toBe(true);
    await using engine = armed(world);
    const events = collect(engine);
    await engine.start();
    expect(world.isBroken()).toBe(false);
    expect(await world.live()).toEqual([]);
    const orphan = events.find(({ type }) => type === 'fault:orphan');
    expect(orphan?.data).toMatchObject({ outcome: 'reverted', by: 'start', fault: { type: 'folder.marker' } });
  });
});

describe('when the guardian is killed', () => {
  it('a new one is armed at once and the fault goes on', async () => {
    await using world = await World.make();
    await using engine = armed(world);
    await engine.start();
    await using fault = await inject(engine, world);
    const before = engine.status().guardian.pid ?? 0;
    const rearmed = new Promise((resolve) => engine.once('guardian:armed', resolve));
    process.kill(before, 'SIGKILL');
    await rearmed;
    expect(engine.status().guardian).toMatchObject({ state: 'armed' });
    expect(engine.status().guardian.pid).not.toBe(before);
    expect(fault.state.phase).toBe('active');
  });

  it('nothing is injected without one', async () => {
    await using world = await World.make();
    await using engine = armed(world);
    await engine.start();
    process.kill(engine.status().guardian.pid ?? 0, 'SIGKILL');
    await new Promise((resolve) => engine.once('guardian:lost', resolve));
    await using _fault = await inject(engine, world);
    expect(engine.status().guardian.state).toBe('armed');
  });

  it('faults are reverted when it cannot be replaced', async () => {
    await using world = await World.make();
    await using engine = armed(world);
    await engine.start();
    const fault = await inject(engine, world);
    for (let round = 0; round < 4; round += 1) {
      await eventually(() => engine.status().guardian.state === 'armed');
      const lost = new Promise((resolve) => engine.once('guardian:lost', resolve));
      process.kill(engine.status().guardian.pid ?? 0, 'SIGKILL');
      await lost;
    }
    await eventually(() => fault.state.phase === 'reverted');
    expect(fault.state).toMatchObject({ cause: 'guardian-lost' });
    expect(world.isBroken()).toBe(false);
  });
});

describe('a plugin the guardian cannot load', () => {
  it('is refused before anything is touched', async () => {
    await using world = await World.make();
    const { targets } = markers();
    const local = definePlugin({
      name: 'local',
      module: import.meta.url,
      options: {},
      targets,
      faults: [marker],
      probes: [],
    });
    await using engine = new ChaosEngine({ plugins: [local], armed: true, state: world.state });
    await engine.start();
    const refused = engine.inject({ type: 'folder.marker', target: { folder: world.root }, params: {} });
    await expect(refused).rejects.toSatisfy((error) => isChaosError(error, 'CHAOS_GUARDIAN_CANNOT_LOAD'));
    expect(world.isBroken()).toBe(false);
    expect(await world.live()).toEqual([]);
  });
});

describe('where no guardian can be started', () => {
  const crippled = (world: World, guardian: 'none' | GuardianLauncher) =>
    new ChaosEngine({ plugins: [markers()], armed: true, state: world.state, guardian });

  it('start() says which guarantee is weaker, and faults that need one are refused', async () => {
    await using world = await World.make();
    await using engine = crippled(world, processGuardian({ entry: join(world.root, 'missing.js') }));
    const degraded: string[] = [];
    engine.on('engine:degraded', ({ data }) => void degraded.push(data.guarantee));
    await engine.start();
    expect(degraded).toEqual(['faults are reverted although the engine was killed or hangs']);
    const refused = engine.inject({ type: 'folder.marker', target: { folder: world.root } });
    await expect(refused).rejects.toSatisfy((error) => isChaosError(error, 'CHAOS_GUARDIAN_CANNOT_START'));
    expect(world.isBroken()).toBe(false);
    expect(await world.live()).toEqual([]);
  });

  it("guardian: 'none' injects all the same, and says so", async () => {
    await using world = await World.make();
    await using engine = crippled(world, 'none');
    const degraded: string[] = [];
    engine.on('engine:degraded', ({ data }) => void degraded.push(data.reason));
    await engine.start();
    await using fault = await engine.inject({ type: 'folder.marker', target: { folder: world.root } });
    expect(fault.state.phase).toBe('active');
    expect(degraded).toEqual(["guardian: 'none' was chosen"]);
  });
});

describe('one engine per state folder', () => {
  it('tells the second one the pid of the first', async () => {
    await using world = await World.make();
    await using first = armed(world);
    await first.start();
    const second = armed(world);
    await expect(second.start()).rejects.toThrow(`process ${process.pid}`);
    await first.close();
    await second.start();
    await second.close();
  });

  it('names a holder that is stopped as one that does not answer', async () => {
    await using world = await World.make();
    const stopped = victim(world, 'fault:effective', 'SIGSTOP', 60_000);
    await stopped.saw('reached');
    await expect(armed(world).start()).rejects.toThrow(/CHAOS_STATE_LOCKED.*does not answer/);
    process.kill(stopped.pid, 'SIGKILL');
    await eventually(() => world.isClean());
  });
});

describe('an engine restarted while the guardian reverts', () => {
  it('waits for it: one undo per entry', async () => {
    await using world = await World.make();
    const dead = victim(world, 'fault:effective', 'SIGKILL', 10_000);
    await dead.ended;
    await using engine = armed(world);
    const events = collect(engine);
    await engine.start();
    expect(world.isBroken()).toBe(false);
    expect(await world.live()).toEqual([]);
    expect(events.filter(({ type }) => type === 'fault:orphan')).toHaveLength(1);
  });
});

describe('a damaged journal', () => {
  it('is reported and kept, and the others are still reverted', async () => {
    await using world = await World.make();
    const dead = victim(world, 'fault:effective', 'SIGSTOP', 60_000);
    await dead.saw('reached');
    const guardian = dead.lines.find((line) => line['event'] === 'guardian:armed')?.['data'];
    process.kill((guardian as { pid: number }).pid, 'SIGKILL');
    process.kill(dead.pid, 'SIGKILL');
    await dead.ended;
    const damaged = ['fault-empty.jsonl', 'fault-torn.jsonl', 'fault-zeroed.jsonl'];
    const texts = ['', '{"v":1,"id":"fault-to', '\0\0\0\0'];
    await Promise.all(damaged.map((name, n) => writeFile(join(world.state, 'live', name), texts[n] ?? '')));
    await using engine = armed(world);
    const events = collect(engine);
    await engine.start();
    expect(world.isBroken()).toBe(false);
    expect(events.filter(({ type }) => type === 'journal:damaged')).toHaveLength(3);
    expect((await world.live()).sort()).toEqual(damaged);
  });

  it('keeps a record whose plugin is unknown, as leaked, with what to do', async () => {
    await using world = await World.make();
    const dead = victim(world, 'fault:effective', 'SIGSTOP', 60_000);
    await dead.saw('reached');
    const guardian = dead.lines.find((line) => line['event'] === 'guardian:armed')?.['data'];
    process.kill((guardian as { pid: number }).pid, 'SIGKILL');
    process.kill(dead.pid, 'SIGKILL');
    await dead.ended;
    const empty = new ChaosEngine({ plugins: [], armed: true, state: world.state });
    const leaks: string[] = [];
    empty.on('fault:leaked', ({ data }) => void leaks.push(data.reason));
    await empty.start();
    await empty.close();
    expect(leaks).toEqual([expect.stringContaining('Add the plugin and start() again')]);
    expect(world.isBroken()).toBe(true);
    await using engine = armed(world);
    await engine.start();
    expect(world.isBroken()).toBe(false);
  });
});

describe('the end of the process', () => {
  const host = (world: World) =>
    spawn(
      process.execPath,
      ['-C', '@bridge/source', new URL('./idle-host.ts', import.meta.url).pathname, world.state, world.root],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );

  it('by SIGTERM comes after everything was reverted', async () => {
    await using world = await World.make();
    const child = host(world);
    await once(child.stdout, 'data');
    expect(world.isBroken()).toBe(true);
    child.kill('SIGTERM');
    const [code, signal] = await once(child, 'exit');
    expect({ code, signal }).toEqual({ code: null, signal: 'SIGTERM' });
    expect(await world.isClean()).toBe(true);
  });

  it('by uncaught error is followed by the guardian', async () => {
    await using world = await World.make();
    await mkdir(join(world.root, 'crash'), { recursive: true });
    const child = host(world);
    await once(child.stdout, 'data');
    child.kill('SIGABRT');
    await once(child, 'exit');
    await eventually(() => world.isClean());
  });
});
