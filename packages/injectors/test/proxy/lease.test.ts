import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { virtualClock } from '@bridge/chaos-core/testkit';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { proxy } from '../../src/proxy/plugin.ts';
import { Client, connectOutcome } from './client.ts';
import { inject } from './inject.ts';
import { echo } from './upstream.ts';

it('a fault that nobody renews ends by itself, and its renewal says so', async () => {
  const clock = virtualClock();
  await using server = await echo();
  await using db = await proxy({ name: 'lease', upstream: server.port, inProcess: true, clock });
  const hole = await inject('lease', 'proxy.refuse');
  await hole.renew(10_000);
  await clock.advance(9_000);
  await hole.renew(10_000);
  await clock.advance(9_000);
  expect(await connectOutcome(db.port)).toBe('ECONNREFUSED');
  await clock.advance(1_000);
  expect(await hole.observe()).toBe('absent');
  expect(await connectOutcome(db.port)).toBe('connected');
  await expect(hole.renew(10_000)).rejects.toMatchObject({ code: 'CHAOS_FAULT_FAILED' });
});

it('a request that comes after its own undo is refused', async () => {
  await using server = await echo();
  await using _db = await proxy({ name: 'lease', upstream: server.port, inProcess: true });
  const slow = await inject('lease', 'proxy.latency', { delay: '1s' });
  await slow.revert();
  await expect(slow.inject()).rejects.toThrow('was removed before');
  expect(await slow.observe()).toBe('absent');
});

it('a stopped data plane is unreachable, neither absent nor gone', async () => {
  await using server = await echo();
  await using db = await proxy({ name: 'lease', upstream: server.port });
  const slow = await inject('lease', 'proxy.latency', { delay: '1s' });
  process.kill(db.pid, 'SIGSTOP');
  try {
    await expect(slow.observe()).rejects.toMatchObject({ code: 'CHAOS_TARGET_UNREACHABLE' });
  } finally {
    process.kill(db.pid, 'SIGCONT');
  }
  await slow.revert();
  expect(await slow.observe()).toBe('absent');
});

it('a data plane that was closed in a process that lives on is gone', async () => {
  await using server = await echo();
  const db = await proxy({ name: 'lease', upstream: server.port, inProcess: true });
  const hole = await inject('lease', 'proxy.timeout');
  await db.close();
  // Its end of the owner's connection may close a moment later than the owner's.
  await expect.poll(() => hole.observe(), { timeout: 20_000 }).toBe('gone');
  await hole.revert();
});

it('a data plane whose control socket was removed by somebody else is unreachable, neither absent nor gone', async () => {
  await using server = await echo();
  await using _db = await proxy({ name: 'lease', upstream: server.port, inProcess: true });
  const hole = await inject('lease', 'proxy.timeout');
  const { control } = z.object({ control: z.string() }).parse(hole.undo);
  await rm(dirname(control), { recursive: true });
  await expect(hole.revert()).rejects.toMatchObject({ code: 'CHAOS_TARGET_UNREACHABLE' });
  await expect(hole.observe()).rejects.toMatchObject({ code: 'CHAOS_TARGET_UNREACHABLE' });
});

it('another process reverts a fault from its record alone', async () => {
  await using server = await echo();
  await using db = await proxy({ name: 'lease', upstream: server.port });
  const hole = await inject('lease', 'proxy.timeout');
  const kept = await inject('lease', 'proxy.bandwidth', { rate: '1MB/s' });
  using client = await Client.connect(db.port);
  client.socket.write('held');
  const undoer = spawn(
    process.execPath,
    [
      '-C',
      '@bridge/source',
      fileURLToPath(new URL('./undoer.ts', import.meta.url)),
      'proxy.timeout',
      JSON.stringify(hole.undo),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [line] = await once(createInterface({ input: undoer.stdout }), 'line');
  expect(line).toBe('present absent');
  expect((await client.until(4)).toString()).toBe('held');
  expect(await kept.observe()).toBe('present');
});
