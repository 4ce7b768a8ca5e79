import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@bridge/chaos-core';
import { afterEach, expect, it } from 'vitest';
import * as z from 'zod';
import { ControlConnection, callOnce } from '../../src/proxy/control/client.ts';
import { proxies, proxy } from '../../src/proxy/plugin.ts';
import { Client, connectOutcome } from './client.ts';
import { faultContext, inject } from './inject.ts';
import { echo } from './upstream.ts';

const owned = z.object({
  port: z.number(),
  pid: z.number(),
  undo: z.array(z.looseObject({ control: z.string(), order: z.looseObject({ kind: z.string() }) })),
});
const cleanup: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of cleanup.splice(0).reverse()) await step();
});

/** Starts the owner; its data plane is closed after the test whatever happens. */
async function startOwner(upstream: number, { listen = 0, linger = 60_000, registry = '' } = {}) {
  const entry = fileURLToPath(new URL('./owner.ts', import.meta.url));
  const args = [upstream, listen, linger].map(String);
  const child = spawn(process.execPath, ['-C', '@bridge/source', entry, ...args, registry], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  cleanup.push(() => kill(child));
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const facts = owned.parse(JSON.parse(line));
  const control = facts.undo[0]?.control ?? '';
  cleanup.push(() => callOnce<'close'>(control, { op: 'close' }, { clock: systemClock }).catch(() => {}));
  return { ...facts, control, child };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** Asks until nobody owns the data plane and no fault is left: what the engine's guardian would wait for. */
async function untilClean(control: string): Promise<void> {
  using connection = await ControlConnection.open(control);
  for (;;) {
    const { owned: hasOwner } = await connection.ask<'hello'>({ op: 'hello' }, { clock: systemClock });
    const { faults } = await connection.ask<'list'>({ op: 'list' }, { clock: systemClock });
    if (!hasOwner && faults.length === 0) return;
  }
}

/** Resolves once the process has ended or is a zombie. */
async function untilEnded(pid: number): Promise<void> {
  const alive = async (): Promise<boolean> => {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
    return !stat.slice(stat.lastIndexOf(')')).startsWith(') Z');
  };
  while (await alive());
}

it('SIGKILL of the owner drops every fault, cuts nothing and keeps forwarding', async () => {
  await using server = await echo();
  const owner = await startOwner(server.port);
  expect(await connectOutcome(owner.port)).toBe('ECONNREFUSED');
  await kill(owner.child);
  await untilClean(owner.control);
  using client = await Client.connect(owner.port);
  expect(await client.ping()).toBe('ping');
  const [latency] = proxies().faults;
  const undo = latency.undo.parse(owner.undo[0]);
  expect(await latency.observe(undo, faultContext())).toBe('absent');
  await latency.revert(undo, faultContext());
});

it('SIGKILL of the owner opens a listener that two faults hold', async () => {
  await using server = await echo();
  const owner = await startOwner(server.port);
  const order = { kind: 'down', id: 'second', seed: 1 } as const;
  await callOnce<'add'>(owner.control, { op: 'add', order, lease: 60_000 }, { clock: systemClock });
  await kill(owner.child);
  await untilClean(owner.control);
  expect(await connectOutcome(owner.port)).toBe('connected');
});

it('a connection that was open when the owner died goes on, and what it held arrives', async () => {
  await using server = await echo();
  const owner = await startOwner(server.port, {});
  const refuse = owner.undo.find(({ order }) => order.kind === 'refuse');
  const fault = proxies().faults[4];
  await fault.revert(fault.undo.parse(refuse), faultContext());
  using client = await Client.connect(owner.port);
  client.socket.write('held for 10 s');
  expect(await proxies().faults[0].observe(fault.undo.parse(owner.undo[0]), faultContext())).toBe('present');
  await kill(owner.child);
  expect((await client.until(13)).toString()).toBe('held for 10 s');
});

it('an orphan takes no new faults, also none that was under way when its owner died', async () => {
  await using server = await echo();
  const owner = await startOwner(server.port);
  await kill(owner.child);
  await untilClean(owner.control);
  const order = {
    kind: 'reset',
    id: 'late',
    seed: 1,
    direction: 'both',
    scope: 'all',
    perConnection: 1,
    after: 0,
  } as const;
  await expect(
    callOnce<'add'>(owner.control, { op: 'add', order, lease: 1_000 }, { clock: systemClock }),
  ).rejects.toThrow('its owner is gone');
});

it('an orphan ends once no connection came for its linger time, and leaves no files', async () => {
  await using server = await echo();
  const owner = await startOwner(server.port, { linger: 100 });
  await kill(owner.child);
  await untilEnded(owner.pid);
  expect(await readdir(dirname(owner.control)).catch((error: NodeJS.ErrnoException) => error.code)).toBe('ENOENT');
});

it('a new owner takes over the running data plane, found through the registry', async () => {
  await using server = await echo();
  await using other = await echo();
  const registry = await mkdtemp(join(tmpdir(), 'chaos-registry-'));
  cleanup.push(() => rm(registry, { recursive: true, force: true }));
  const owner = await startOwner(server.port, { registry });
  const [seen] = await proxies({ registry }).targets[0].find({ name: 'owned' }, faultContext());
  expect(seen).toMatchObject({ kind: 'proxy', name: 'owned', id: owner.control });
  await expect(proxy({ name: 'owned', listen: owner.port, upstream: 1, registry })).rejects.toMatchObject({
    message: expect.stringContaining('has an owner'),
  });
  await kill(owner.child);
  await untilClean(owner.control);
  using before = await Client.connect(owner.port);
  await before.ping();
  await using heir = await proxy({ name: 'owned', listen: owner.port, upstream: other.port, registry });
  expect(heir).toMatchObject({ pid: owner.pid, port: owner.port });
  expect(await before.ping()).toBe('ping');
  using after = await Client.connect(heir.port);
  await after.ping();
  expect(other.sockets.length).toBe(1);
  const slow = await inject('owned', 'proxy.latency', { delay: '50ms' });
  expect(await slow.observe()).toBe('present');
  await slow.revert();
});

it('a data plane that is killed is gone, so is what it carried, and its traces are swept', async () => {
  await using server = await echo();
  const registry = await mkdtemp(join(tmpdir(), 'chaos-registry-'));
  cleanup.push(() => rm(registry, { recursive: true, force: true }));
  const owner = await startOwner(server.port, { registry });
  const [source] = proxies({ registry }).targets;
  const [target] = await source.find('owned', faultContext());
  process.kill(owner.pid, 'SIGKILL');
  await untilEnded(owner.pid);
  const [latency] = proxies().faults;
  const undo = latency.undo.parse(owner.undo[0]);
  await latency.revert(undo, faultContext());
  expect(await latency.observe(undo, faultContext())).toBe('gone');
  expect(target && (await source.reread(target, faultContext()))).toBeUndefined();
  expect(await source.find('owned', faultContext())).toEqual([]);
  expect(await readdir(registry)).toEqual([]);
  expect(await readdir(dirname(owner.control)).catch((error: NodeJS.ErrnoException) => error.code)).toBe('ENOENT');
});
