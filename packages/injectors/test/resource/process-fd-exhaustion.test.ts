import { readFileSync } from 'node:fs';
import { conformanceChecks } from '@bridge/chaos-core/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { startProgram } from '../process/child.ts';
import { heldOn } from './held-fault.ts';
import { processHarness } from './process-harness.ts';
import processResources from './process-resources.ts';
import { shell } from './shell.ts';

const TYPE = 'process.fd-exhaustion';
const plugin = processResources();
afterAll(() => plugin.close?.());
const openFiles = (pid: number): string =>
  readFileSync(`/proc/${pid}/limits`, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('Max open files'))
    .join();

const harness = processHarness({ plugin, params: { spare: 3 }, witness: async (pid) => openFiles(pid) });
const all = process.env['CHAOS_CONFORMANCE'] === 'all';
const STEPS = ['inject:after', 'engine and guardian killed'];

describe.runIf(process.platform === 'linux')(TYPE, { timeout: 120_000 }, () => {
  for (const { name, kind, run } of conformanceChecks({ type: TYPE }, harness)) {
    const chosen = kind === 'verbs' || STEPS.some((step) => name.includes(step));
    if (all || chosen) it.concurrent(name, run, 120_000);
  }

  it('lets the process open no more files, until it is undone', async () => {
    using opener = await shell('if command true < /dev/null; then echo opened; else echo refused; fi');
    expect(await opener.ask()).toBe('opened');
    const files = await heldOn(plugin, TYPE, opener.pid, {});
    expect(await opener.ask()).toBe('refused');
    await files.revert();
    expect(await opener.ask()).toBe('opened');
  });

  it('reaches what is started meanwhile, and undo does so too when the parent has ended', async () => {
    using parent = await shell('(sleep 1000 > /dev/null & echo $!)');
    const found = openFiles(parent.pid);
    const files = await heldOn(plugin, TYPE, parent.pid, { spare: 20 });
    const orphan = Number(await parent.ask());
    try {
      expect(openFiles(orphan)).toBe(openFiles(parent.pid));
      expect(openFiles(orphan)).not.toBe(found);
      await files.revert();
      expect([openFiles(parent.pid), openFiles(orphan)]).toEqual([found, found]);
      expect(await files.look()).toBe('absent');
    } finally {
      process.kill(orphan, 'SIGKILL');
    }
  });

  it('on a process and on one below it can be undone in any order', async () => {
    using parent = await shell('sleep 1000 > /dev/null & echo $!');
    const child = Number(await parent.ask());
    try {
      const found = openFiles(child);
      const outer = await heldOn(plugin, TYPE, parent.pid, { spare: 40 });
      const inner = await heldOn(plugin, TYPE, child, { spare: 10 });
      await outer.revert();
      await inner.revert();
      expect([openFiles(parent.pid), openFiles(child)]).toEqual([found, found]);
    } finally {
      process.kill(child, 'SIGKILL');
    }
  });

  it('is gone with its process', async () => {
    const sleep = await startProgram('sleep', ['infinity']);
    const files = await heldOn(plugin, TYPE, sleep.pid, { spare: 5 });
    sleep[Symbol.dispose]();
    await expect.poll(files.look, { timeout: 30_000 }).toBe('gone');
    await files.revert();
  });

  it('is refused where no limit would be lower', async () => {
    using sleep = await startProgram('sleep', ['infinity']);
    await expect(heldOn(plugin, TYPE, sleep.pid, { spare: 1_000_000 })).rejects.toThrow('ask for less spare');
  });
});
