import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '@bridge/chaos-core';
import { conformanceChecks } from '@bridge/chaos-core/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { testFolder } from '../file/file-harness.ts';
import { startNode, startProgram } from '../process/child.ts';
import { heldOn, planned } from './held-fault.ts';
import { pressingOn } from './pressing-on.ts';
import { processHarness } from './process-harness.ts';
import processResources from './process-resources.ts';

const plugin = processResources();
afterAll(() => plugin.close?.());
const listens = (sockets: number): string =>
  `const { createServer } = require('node:net'); for (let i = 0; i < ${sockets}; i += 1) createServer().listen(0, '127.0.0.1')`;

const harnessOf = (params: JsonObject) =>
  processHarness({
    plugin,
    params,
    witness: async (pid) => (await pressingOn(pid)).length,
    start: () => startNode(listens(1)),
  });

const PARAMS: Readonly<Record<string, JsonObject>> = {
  'process.connection-exhaustion': { connections: 5 },
  'process.disk-fill': { folder: tmpdir(), bytes: '1MiB' },
};
const all = process.env['CHAOS_CONFORMANCE'] === 'all';
/** Undone by the same means as `process.cpu-stress`, whose engine is killed. */
const VERBS = [
  'prepare only reads',
  'inject has an effect',
  'revert puts back',
  'two at once',
  'SIGKILL at inject:after',
];

describe.runIf(process.platform === 'linux').each(Object.entries(PARAMS))('%s', (type, params) => {
  for (const { name, run } of conformanceChecks({ type }, harnessOf(params))) {
    if (all || VERBS.some((verb) => name.startsWith(verb))) it.concurrent(name, run, 120_000);
  }
});

/** A process that listens, and says where. */
async function listener() {
  const script = `const server = require('node:net').createServer();
    server.listen(0, '127.0.0.1', () => process.stdout.write(String(server.address().port)));`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = await once(child.stdout, 'data');
  const { pid } = child;
  if (pid === undefined) throw new Error('The server did not start.');
  return { pid, port: Number(said), [Symbol.dispose]: () => child.kill('SIGKILL') };
}

/** Established connections whose other end is on this port, as the kernel has them. */
function establishedTo(port: number): number {
  const remote = port.toString(16).toUpperCase().padStart(4, '0');
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , address = '', state]) => address.endsWith(`:${remote}`) && state === '01').length;
}

describe.runIf(process.platform === 'linux')('connections to a process', { timeout: 120_000 }, () => {
  const TYPE = 'process.connection-exhaustion';

  it('are held to the port that it listens on, and counted', async () => {
    using server = await startNode(listens(1));
    const crowd = await heldOn(plugin, TYPE, server.pid, { connections: 30 });
    await expect.poll(async () => (await crowd.counters())?.injected, { timeout: 30_000 }).toBe(30);
    expect((await crowd.counters())?.eligible).toBe(30);
    await crowd.revert();
    expect(await crowd.look()).toBe('absent');
    expect(await crowd.counters()).toEqual({ eligible: 30, injected: 0 });
  });

  it('are there for everybody to see, and closed by the undo', async () => {
    using server = await listener();
    const { port } = server;
    const crowd = await heldOn(plugin, TYPE, server.pid, { connections: 12, port });
    await expect.poll(() => establishedTo(port), { timeout: 30_000 }).toBe(12);
    await crowd.revert();
    expect(establishedTo(port)).toBe(0);
  });

  it('are refused where it is not clear to which port', async () => {
    using silent = await startProgram('sleep', ['infinity']);
    using talkative = await startNode(listens(2));
    await expect(heldOn(plugin, TYPE, silent.pid, { connections: 1 })).rejects.toThrow('listens on no TCP port');
    await expect(heldOn(plugin, TYPE, talkative.pid, { connections: 1 })).rejects.toThrow('name the port');
    await expect(heldOn(plugin, TYPE, talkative.pid, { connections: 1, port: 1 })).rejects.toThrow('name one of them');
  });
});

describe.runIf(process.platform === 'linux')('a plan', { timeout: 120_000 }, () => {
  it('says what would be done, or why not and what would help', async () => {
    using server = await startNode(listens(1));
    using silent = await startProgram('sleep', ['infinity']);
    const crowd = (pid: number) => planned(plugin, 'process.connection-exhaustion', pid, { connections: 7 });
    expect(await crowd(server.pid)).toMatchObject({
      possible: true,
      sentence: expect.stringContaining(`7 connections held to the port it listens on, for process ${server.pid} (`),
    });
    expect(await crowd(silent.pid)).toMatchObject({
      possible: false,
      reason: `process ${silent.pid} (sleep) listens on no TCP port`,
      remedy: 'name a host and a port',
    });
  });
});

describe.runIf(process.platform === 'linux')('a disk filled beside a process', { timeout: 120_000 }, () => {
  const TYPE = 'process.disk-fill';

  it('has less room by exactly what was asked for, in a file without a name', async () => {
    await using folder = await testFolder();
    using sleep = await startProgram('sleep', ['infinity']);
    const full = await heldOn(plugin, TYPE, sleep.pid, { folder: folder.path, bytes: '8MiB' });
    expect(await full.look()).toBe('present');
    const taken = (await pressingOn(sleep.pid)).map((pid) => {
      const file = statSync(`/proc/${pid}/fd/100`, { throwIfNoEntry: false });
      return file === undefined ? 0 : file.blocks * 512;
    });
    expect(Math.max(...taken)).toBe(8 * 2 ** 20);
    await full.revert();
    expect(await pressingOn(sleep.pid)).toEqual([]);
  });

  it('is refused outside of the allowed folders, also by a link that leads out', async () => {
    await using folder = await testFolder();
    using sleep = await startProgram('sleep', ['infinity']);
    await mkdir(join(folder.path, 'inside'));
    await symlink('/var', join(folder.path, 'out'));
    const fill = (where: string) => heldOn(plugin, TYPE, sleep.pid, { folder: where, bytes: '1MiB' });
    await expect(fill('/var')).rejects.toThrow('outside the allowed folders');
    await expect(fill(join(folder.path, 'out'))).rejects.toThrow('outside the allowed folders');
    await expect(fill(join(folder.path, 'missing'))).rejects.toThrow('name one that is there');
    await (await fill(join(folder.path, 'inside'))).revert();
  });

  it('keeps free what must stay free', async () => {
    using sleep = await startProgram('sleep', ['infinity']);
    const given = { folder: tmpdir(), bytes: '1MiB', keepFree: '1000000GiB' };
    await expect(heldOn(plugin, TYPE, sleep.pid, given)).rejects.toThrow('must stay free');
  });
});
