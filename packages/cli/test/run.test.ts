import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { chaos, startChaos } from './support/chaos-process.ts';
import { pauseExperiment } from './support/experiments.ts';
import { service } from './support/service.ts';
import { workspace } from './support/workspace.ts';

const PATIENCE = 90_000;

describe('chaos run', { timeout: PATIENCE }, () => {
  test('ends with 0 when users did not notice, and renders what was asked for', async () => {
    await using folder = await workspace();
    await using looked = await service();
    await using paused = await service();
    await writeFile(join(folder.path, 'e.json'), pauseExperiment(looked, paused));
    const rendered = ['--output', 'out/r.json', '--junit', 'out/j.xml', '--markdown', 'out/m.md', '--html', 'out/h.html'];
    const { code, stdout, stderr } = await chaos(folder.path, 'run', 'e.json', '--seed', '7', ...rendered);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/^PASS .*held/) });
    expect(stderr).toContain('process.pause on process');
    expect(JSON.parse(await readFile(join(folder.path, 'out/r.json'), 'utf8'))).toMatchObject({ seed: 7, passed: true });
    expect(await readFile(join(folder.path, 'out/j.xml'), 'utf8')).toContain('<testsuites');
    expect(await readFile(join(folder.path, 'out/m.md'), 'utf8')).toContain('a process is stopped for a while');
    expect(await readFile(join(folder.path, 'out/h.html'), 'utf8')).toMatch(/^<!doctype html>/i);
  });

  test('ends with 1 when users noticed although the hypothesis denies it, and prints nothing but JSON when asked', async () => {
    await using folder = await workspace();
    await using looked = await service();
    await writeFile(join(folder.path, 'e.json'), pauseExperiment(looked, looked, { hold: '3s' }));
    const { code, stdout } = await chaos(folder.path, 'run', 'e.json', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ passed: false, expect: 'held', reversal: { clean: true, injected: 1 } });
    expect(code).toBe(1);
  });

  test('ends with 4 on a signal, with everything put back', async () => {
    await using folder = await workspace();
    await using looked = await service();
    await using paused = await service();
    await writeFile(join(folder.path, 'e.json'), pauseExperiment(looked, paused, { hold: '60s' }));
    const running = startChaos(folder.path, ['run', 'e.json']);
    await running.seen('is in effect');
    expect(await stateOf(paused.pid)).toBe('T');
    running.child.kill('SIGTERM');
    const { code, stdout } = await running.ended;
    expect({ code, stdout }).toMatchObject({ code: 4, stdout: expect.stringContaining('aborted') });
    expect(await stateOf(paused.pid)).not.toBe('T');
  });

  test('stops for `chaos stop` from elsewhere, and refuses until `chaos release`', async () => {
    await using folder = await workspace();
    await using looked = await service();
    await using paused = await service();
    await writeFile(join(folder.path, 'e.json'), pauseExperiment(looked, paused, { hold: '60s' }));
    const running = startChaos(folder.path, ['run', 'e.json']);
    await running.seen('is in effect');
    const stopped = await chaos(folder.path, 'stop', 'enough', '--json', '--within', '60s');
    expect(JSON.parse(stopped.stdout)).toMatchObject({ reverted: 1, left: [], engine: { pid: running.child.pid } });
    expect((await running.ended).code).toBe(4);
    expect(await stateOf(paused.pid)).not.toBe('T');
    expect((await chaos(folder.path, 'release', 'fine again')).stdout).toContain('released');
  });

  test('leaves a report up to the kill, and nothing broken', async () => {
    await using folder = await workspace();
    await using looked = await service();
    await using paused = await service();
    await writeFile(join(folder.path, 'e.json'), pauseExperiment(looked, paused, { hold: '60s' }));
    const running = startChaos(folder.path, ['run', 'e.json']);
    await running.seen('is in effect');
    running.child.kill('SIGKILL');
    await running.ended;
    // Waits for the guardian where that is still at it.
    expect(await chaos(folder.path, 'revert')).toMatchObject({ code: 0 });
    expect(await stateOf(paused.pid)).not.toBe('T');
    const { code, stdout } = await chaos(folder.path, 'report', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: expect.stringMatching(/aborted|leaked/),
      faults: [{ type: 'process.pause', outcome: 'injected' }],
    });
  });

  test('is repeated, and replayed with the same seed', async () => {
    await using folder = await workspace();
    await using looked = await service();
    await using paused = await service();
    await writeFile(join(folder.path, 'e.json'), pauseExperiment(looked, paused, { hold: '1s' }));
    const repeated = await chaos(folder.path, 'run', 'e.json', '--repeat', '2', '--seed', '11', '--json');
    const { reports, repetition } = JSON.parse(repeated.stdout);
    expect(reports).toMatchObject([{ seed: 11 }, { seed: 12 }]);
    expect(repetition).toMatchObject({ counted: 2, passed: 2 });
    const replayed = await chaos(folder.path, 'replay', 'last', '--json', '--baseline', 'last');
    expect(JSON.parse(replayed.stdout).reports).toMatchObject([{ seed: 12 }]);
  });
});

/** The kernel's letter for what a process is at; `T` is stopped. */
async function stateOf(pid: number): Promise<string | undefined> {
  return / \(.*\) (\w)/.exec(await readFile(`/proc/${pid}/stat`, 'utf8'))?.[1];
}
