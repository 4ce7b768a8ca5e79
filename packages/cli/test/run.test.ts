import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Report, reportSchema } from '@bridge/chaos-core';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { describe, expect, test } from 'vitest';
import { exitCodeOf } from '../src/exit-code-of.ts';
import { main } from '../src/main.ts';
import { chaos, startChaos } from './support/chaos-process.ts';
import { hideExperiment } from './support/experiments.ts';
import { journalHasEffect } from './support/journals.ts';
import { memoryIo } from './support/memory-io.ts';
import { isThere, workspace } from './support/workspace.ts';

const PATIENCE = 300_000;

describe('chaos run', { timeout: PATIENCE }, () => {
  test('says what came of it by its code, and renders what was asked for', async () => {
    await using folder = await workspace();
    await folder.write('e.json', hideExperiment(folder.seen, folder.other));
    const io = memoryIo({ cwd: folder.path });
    const files = ['--output', 'out/r.json', '--junit', 'out/j.xml', '--markdown', 'out/m.md', '--html', 'out/h.html'];
    const code = await main(['run', 'e.json', '--seed', '7', ...files], io);
    const report = reportIn(await readFile(join(folder.path, 'out/r.json'), 'utf8'));
    expect(report).toMatchObject({ seed: 7, reversal: { clean: true, injected: 1 } });
    expect({ code, reasons: report.reasons }).toMatchObject({ code: exitCodeOf(report) });
    expect(io.written.out()).toContain(report.verdict);
    expect(io.written.err()).toContain('file.hide on file');
    expect(await readFile(join(folder.path, 'out/j.xml'), 'utf8')).toContain('<testsuites');
    expect(await readFile(join(folder.path, 'out/m.md'), 'utf8')).toContain('a file is hidden for a while');
    expect(await readFile(join(folder.path, 'out/h.html'), 'utf8')).toMatch(/^<!doctype html>/i);
  });

  test('does not pass when users noticed although the hypothesis denies it, and prints nothing but JSON when asked', async () => {
    await using folder = await workspace();
    await folder.write('e.json', hideExperiment(folder.seen, folder.seen));
    const io = memoryIo({ cwd: folder.path });
    const code = await main(['run', 'e.json', '--json'], io);
    const report = reportIn(io.written.out());
    expect(report).toMatchObject({ passed: false, expect: 'held', reversal: { clean: true, injected: 1 } });
    expect(code).toBe(exitCodeOf(report));
    expect(code).not.toBe(0);
  });

  test('ends with 4 on a signal, with everything put back', async () => {
    await using folder = await workspace();
    await folder.write('e.json', hideExperiment(folder.seen, folder.other, { hold: '10m' }));
    const running = startChaos(folder.path, ['run', 'e.json']);
    await running.seen('is in effect');
    expect(await isThere(folder.other)).toBe(false);
    running.child.kill('SIGTERM');
    const { code, stdout } = await running.ended;
    expect({ code, stdout }).toMatchObject({ code: 4, stdout: expect.stringContaining('aborted') });
    expect(await isThere(folder.other)).toBe(true);
  });

  test('stops for `chaos stop` from elsewhere, and works again after `chaos release`', async () => {
    await using folder = await workspace();
    await folder.write('e.json', hideExperiment(folder.seen, folder.other, { hold: '10m' }));
    const running = startChaos(folder.path, ['run', 'e.json']);
    await running.seen('is in effect');
    const beside = memoryIo({ cwd: folder.path });
    expect(await main(['status', '--json'], beside)).toBe(0);
    expect(JSON.parse(beside.written.out())).toMatchObject({
      engine: { pid: running.child.pid },
      emergencyStop: { engaged: false },
      live: [{ record: { type: 'file.hide' } }],
    });
    const stopping = memoryIo({ cwd: folder.path });
    expect(await main(['stop', 'enough', '--json', '--within', '200s'], stopping)).toBe(0);
    expect(JSON.parse(stopping.written.out())).toMatchObject({ reverted: 1, left: [], reason: 'enough' });
    expect((await running.ended).code).toBe(4);
    expect(await isThere(folder.other)).toBe(true);
    const refused = memoryIo({ cwd: folder.path });
    expect(await main(['run', 'e.json', '--json'], refused)).not.toBe(0);
    expect(reportIn(refused.written.out())).toMatchObject({ reversal: { injected: 0 } });
    const released = memoryIo({ cwd: folder.path });
    expect(await main(['release', 'fine again', '--json'], released)).toBe(0);
    expect(JSON.parse(released.written.out())).toMatchObject({ released: true });
  });

  test('killed, leaves a report up to the kill, and nothing broken', async () => {
    await using folder = await workspace();
    await folder.write('e.json', hideExperiment(folder.seen, folder.other, { hold: '10m' }));
    const running = startChaos(folder.path, ['run', 'e.json']);
    await running.seen('is in effect');
    await journalHasEffect(folder);
    running.child.kill('SIGKILL');
    await running.ended;
    // Waits for the guardian where that is still at it.
    expect(await main(['revert'], memoryIo({ cwd: folder.path }))).toBe(0);
    expect(await isThere(folder.other)).toBe(true);
    const io = memoryIo({ cwd: folder.path });
    expect(await main(['report', '--json'], io)).toBe(0);
    expect(reportIn(io.written.out())).toMatchObject({
      verdict: expect.stringMatching(/aborted|leaked/),
      faults: [{ type: 'file.hide', outcome: 'injected' }],
    });
  });

  test('is repeated, and replayed with the same seed', async () => {
    await using folder = await workspace();
    await folder.write('e.json', hideExperiment(folder.seen, folder.other, { hold: '300ms' }));
    const io = memoryIo({ cwd: folder.path });
    await main(['run', 'e.json', '--repeat', '2', '--seed', '11', '--json'], io);
    expect(JSON.parse(io.written.out())).toMatchObject({
      reports: [{ seed: 11 }, { seed: 12 }],
      repetition: { ended: expect.any(String) },
    });
    const again = memoryIo({ cwd: folder.path });
    await main(['replay', 'last', '--json', '--baseline', 'last'], again);
    expect(JSON.parse(again.written.out())).toMatchObject({
      reports: [{ seed: 12 }],
      comparison: { outcome: expect.any(String) },
    });
  });
});

test('reports are encrypted to a key where the host file says so, and nothing of them stays in the clear', {
  timeout: PATIENCE,
}, async () => {
  await using folder = await workspace();
  const identity = await generateX25519Identity();
  const reports = { recipients: [await identityToRecipient(identity)] };
  await folder.write('chaos.config.yaml', JSON.stringify({ ledger: false, reports }));
  await folder.write('identity.txt', `# mine\n${identity}\n`);
  await folder.write('e.json', JSON.stringify({ name: 'nothing', faults: [{ delay: '1ms' }] }));
  await main(['run', 'e.json'], memoryIo({ cwd: folder.path }));
  expect(await main(['report'], memoryIo({ cwd: folder.path }))).not.toBe(0);
  const io = memoryIo({ cwd: folder.path });
  expect(await main(['report', '--identity', 'identity.txt', '--json'], io)).toBe(0);
  expect(reportIn(io.written.out())).toMatchObject({ name: 'nothing' });
  const kept = await readdir(join(folder.path, '.chaos'), { recursive: true });
  expect(kept.filter((name) => /json(l|\.age)?$/.test(name))).toEqual([
    expect.stringMatching(/^reports\/.*\.json\.age$/),
  ]);
});

test('nothing runs: a signal ends it with the code that shells know', { timeout: PATIENCE }, async () => {
  await using folder = await workspace();
  await folder.write('e.json', JSON.stringify({ name: 'nothing', faults: [{ delay: '1ms' }] }));
  expect((await chaos(folder.path, 'run', 'e.json')).code).toBe(3);
  const following = startChaos(folder.path, ['ledger', 'tail', '--follow']);
  await following.printed('engine:closed');
  following.child.kill('SIGINT');
  expect((await following.ended).code).toBe(130);
});

function reportIn(text: string): Report {
  return reportSchema.parse(JSON.parse(text));
}
