import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChaosEngine, isChaosError } from '@bridge/chaos-core';
import { files } from '@bridge/chaos-injectors';
import { expect, it } from 'vitest';
import { CONTENT, testFolder } from './file-harness.ts';

it('a file in an engine: its bytes lie in the journal, for nobody else, as long as the fault is held', async () => {
  await using folder = await testFolder();
  const [path, state] = [join(folder.path, 'settings.json'), join(folder.path, 'state')];
  await writeFile(path, CONTENT);
  await using engine = new ChaosEngine({
    plugins: [files({ roots: [folder.path] })],
    state,
    armed: true,
    signals: false,
  });
  await engine.start();
  const step = {
    type: 'file.edit',
    target: { file: path },
    params: { format: 'json', changes: [{ set: '/pool', to: 0 }] },
  } as const;
  const fault = await engine.inject(step);
  expect(fault.state.phase).toBe('active');
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ pool: 0, host: 'db' });
  const [record = ''] = await readdir(join(state, 'live'));
  expect((await stat(join(state, 'live', record))).mode & 0o077).toBe(0);
  expect(await readFile(join(state, 'live', record), 'utf8')).toContain('"preimage":"');
  const second = engine.inject({ ...step, type: 'file.hide', params: {} });
  await expect(second).rejects.toSatisfy((error) => isChaosError(error, 'CHAOS_FAULT_OVERLAP'));
  await fault.revert();
  expect(fault.state.phase).toBe('reverted');
  expect(await readFile(path, 'utf8')).toBe(CONTENT);
  expect(await readdir(join(state, 'live'))).toEqual([]);
});
