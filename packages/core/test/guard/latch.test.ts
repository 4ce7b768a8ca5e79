import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Clock, isChaosError, type LatchState, silentLogger } from '@bridge/chaos-core';
import { virtualClock } from '@bridge/chaos-core/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StopLatch, stopFilePath } from '../../src/guard/latch.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'chaos-latch-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function latch(more: { stopFile?: string; clock?: Clock; directory?: string } = {}): StopLatch {
  return new StopLatch({ directory, clock: virtualClock(), log: silentLogger, checkInterval: 1_000, ...more });
}

const source = (file: string): string => new URL(`../../src/${file}`, import.meta.url).href;

const history = async (): Promise<unknown[]> =>
  (await readFile(join(directory, 'stop-history.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('the emergency stop', () => {
  it('is engaged with a reason and survives the process', async () => {
    const first = latch();
    expect(first.state).toEqual({ engaged: false });
    await first.engage('pager says no', 'ann');
    const engaged = { engaged: true, reason: 'pager says no', time: '2026-01-01T00:00:00.000Z', actor: 'ann' };
    expect(first.state).toEqual(engaged);
    expect(latch().state).toEqual(engaged);
    expect((await stat(join(directory, 'stop'))).mode & 0o077).toBe(0);
    expect((await readdir(directory)).toSorted()).toEqual(['stop', 'stop-history.jsonl']);
  });

  it('keeps its first reason, and records the others', async () => {
    const stop = latch();
    await stop.engage('first');
    await stop.engage('second', 'bob');
    expect(stop.state).toMatchObject({ reason: 'first', actor: null });
    expect(await history()).toMatchObject([
      { event: 'engaged', reason: 'first', actor: null },
      { event: 'engaged', reason: 'second', actor: 'bob' },
    ]);
  });

  it('is released with a reason that is kept', async () => {
    const stop = latch();
    await stop.engage('pager');
    await stop.release('fixed', 'ann');
    expect([stop.state, latch().state]).toEqual([{ engaged: false }, { engaged: false }]);
    expect(await history()).toMatchObject([{ event: 'engaged' }, { event: 'released', reason: 'fixed', actor: 'ann' }]);
    await stop.release('again');
    expect(await history()).toHaveLength(2);
  });

  it.each([
    ['an empty file', '', 'exists'],
    ['a line of text', 'stop it now\nplease', 'stop it now'],
    ['our own form', '{"reason":"r","time":"t","actor":null}', 'r'],
    ['torn JSON', '{"reason":"r', '{"reason":"r'],
    ['a huge file', 'x'.repeat(1_000_000), 'xxx'],
  ])('is engaged by anybody who creates the file: %s', async (_what, content, reason) => {
    await writeFile(join(directory, 'stop'), content);
    const { state } = latch();
    expect(state).toMatchObject({ engaged: true, reason: expect.stringContaining(reason) });
    await latch().release('fixed');
    expect(latch().state.engaged).toBe(false);
  });

  it('is engaged by a second file elsewhere, and released only when that can be removed', async () => {
    const elsewhere = join(directory, 'volume');
    await mkdir(elsewhere);
    const stopFile = join(elsewhere, 'STOP');
    const stop = latch({ stopFile });
    expect(stop.state.engaged).toBe(false);
    await mkdir(stopFile);
    expect(stop.state.engaged).toBe(true);
    await expect(stop.release('cannot remove a folder')).rejects.toThrow(
      expect.toSatisfy((error) => isChaosError(error, 'CHAOS_STATE_UNUSABLE')),
    );
    expect(stop.state.engaged).toBe(true);
    await rm(stopFile, { recursive: true });
    await writeFile(stopFile, 'now a file');
    await stop.release('fixed');
    expect(stop.state.engaged).toBe(false);
  });

  it('holds in this process when it cannot be written, and says so', async () => {
    const stop = latch({ directory: join(directory, 'missing') });
    await expect(stop.engage('disk is gone')).rejects.toThrow(
      expect.toSatisfy((error) => isChaosError(error, 'CHAOS_STATE_UNUSABLE')),
    );
    expect(stop.state).toMatchObject({ engaged: true, reason: 'disk is gone' });
  });

  it('is durable on a full disk, without its reason', async () => {
    const script = `
      import { StopLatch } from '${source('guard/latch.ts')}';
      import { systemClock } from '${source('clock.ts')}';
      import { silentLogger } from '${source('logger.ts')}';
      const options = { directory: ${JSON.stringify(directory)}, clock: systemClock, log: silentLogger, checkInterval: 50 };
      await new StopLatch(options).engage('pager');
      console.log(JSON.stringify(new StopLatch(options).state));`;
    // No file may grow: every write of content fails, as on a full disk.
    const { stdout } = await promisify(execFile)(
      'prlimit',
      ['--fsize=0', process.execPath, '--input-type=module', '-e', script],
      { timeout: 15_000 },
    );
    expect(JSON.parse(stdout)).toMatchObject({ engaged: true, actor: null });
    expect((await stat(join(directory, 'stop'))).size).toBe(0);
    expect(await readdir(directory)).not.toContainEqual(expect.stringContaining('new'));
  });

  it('is named by option before environment', () => {
    expect(stopFilePath('a', { CHAOS_STOP_FILE: 'b' })).toBe('a');
    expect(stopFilePath(undefined, { CHAOS_STOP_FILE: 'b' })).toBe('b');
    expect(stopFilePath(undefined, { CHAOS_STOP_FILE: '' })).toBeUndefined();
  });
});

describe('watching the emergency stop', () => {
  it('notices a file that somebody creates, through the file system', async () => {
    const noticed = Promise.withResolvers<LatchState>();
    using _watching = latch().watch(noticed.resolve);
    await writeFile(join(directory, 'stop'), '');
    expect(await noticed.promise).toMatchObject({ engaged: true });
  });

  it('notices by polling where the folder cannot be watched', async () => {
    const clock = virtualClock();
    const stopFile = join(directory, 'later', 'STOP');
    const seen: LatchState[] = [];
    using _watching = latch({ clock, stopFile }).watch((state) => seen.push(state));
    await clock.advance(10_000);
    expect(seen).toEqual([]);
    await mkdir(join(directory, 'later'));
    await writeFile(stopFile, 'from afar');
    await clock.advance(1_000);
    expect(seen).toMatchObject([{ engaged: true, reason: 'from afar' }]);
  });

  it('tells once per engagement, also of one that is there already, and again after a release', async () => {
    const clock = virtualClock();
    const stop = latch({ clock });
    await stop.engage('first');
    const seen: string[] = [];
    const watching = stop.watch(({ reason }) => seen.push(reason));
    await clock.advance(5_000);
    await stop.release('ok');
    await clock.advance(5_000);
    await stop.engage('second');
    await clock.advance(5_000);
    expect(seen).toEqual(['first', 'second']);
    watching[Symbol.dispose]();
    expect(clock.pending).toBe(0);
  });

  it('never keeps the process alive', async () => {
    const script = `
      import { StopLatch } from '${source('guard/latch.ts')}';
      import { systemClock } from '${source('clock.ts')}';
      import { silentLogger } from '${source('logger.ts')}';
      new StopLatch({ directory: ${JSON.stringify(directory)}, clock: systemClock, log: silentLogger, checkInterval: 50 })
        .watch(() => {});
      console.log('watching');`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      timeout: 15_000,
    });
    expect(stdout.trim()).toBe('watching');
  });
});
