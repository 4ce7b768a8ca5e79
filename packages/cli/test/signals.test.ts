import { describe, expect, test } from 'vitest';
import { main } from '../src/main.ts';
import { startChaos } from './support/chaos-process.ts';
import { hideExperiment } from './support/experiments.ts';
import { memoryIo } from './support/memory-io.ts';
import { isThere, workspace } from './support/workspace.ts';

const PATIENCE = { timeout: 300_000 };

describe('a signal', PATIENCE, () => {
  test('SIGTERM ends chaos with 143 when nothing is running', async () => {
    await using folder = await workspace();
    await folder.write('e.json', JSON.stringify({ name: 'nothing', faults: [{ delay: '1ms' }] }));
    await main(['run', 'e.json'], memoryIo({ cwd: folder.path }));
    const following = startChaos(folder.path, ['ledger', 'tail', '--follow']);
    await following.printed('engine:closed');
    following.child.kill('SIGTERM');
    expect(await following.ended).toMatchObject({ code: 143, signal: null });
  });

  test('SIGINT ends a run with 4, everything put back', async () => {
    await using folder = await workspace();
    await folder.write('e.json', hideExperiment(folder.seen, folder.other, { hold: '10m' }));
    const running = startChaos(folder.path, ['run', 'e.json']);
    await running.seen('is in effect');
    expect(await isThere(folder.other)).toBe(false);
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stdout, stderr }).toMatchObject({ code: 4, stdout: expect.stringContaining('aborted') });
    expect(stderr).toContain('SIGINT: reverting everything, then reporting');
    expect(await isThere(folder.other)).toBe(true);
  });
});

test(
  '`chaos revert` makes a living engine put everything back, and lifts its emergency stop again',
  PATIENCE,
  async () => {
    await using folder = await workspace();
    await folder.write('e.json', hideExperiment(folder.seen, folder.other, { hold: '10m' }));
    const running = startChaos(folder.path, ['run', 'e.json']);
    await running.seen('is in effect');
    const io = memoryIo({ cwd: folder.path });
    expect(await main(['revert', '--within', '200s', '--json'], io)).toBe(0);
    expect(JSON.parse(io.written.out())).toMatchObject({ engine: { pid: running.child.pid }, found: 1, left: [] });
    expect(await isThere(folder.other)).toBe(true);
    const { code, stderr } = await running.ended;
    expect({ code, stderr }).toMatchObject({ code: 4, stderr: expect.stringContaining('chaos revert') });
    const status = memoryIo({ cwd: folder.path });
    expect(await main(['status', '--json'], status)).toBe(0);
    expect(JSON.parse(status.written.out())).toMatchObject({ emergencyStop: { engaged: false }, live: [] });
  },
);
