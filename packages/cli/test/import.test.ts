import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { main } from '../src/main.ts';
import { type MemoryIo, memoryIo } from './support/memory-io.ts';
import { isThere, type Workspace, workspace } from './support/workspace.ts';

const PATIENCE = { timeout: 60_000 };

/** Says that it runs, and goes on until the file `go-on` is there. */
const waiting = (folder: Workspace) => ({
  type: 'process',
  path: 'sh',
  arguments: ['-c', 'touch "$0/begun"; while [ ! -e "$0/go-on" ]; do sleep 0.05; done; echo over', folder.path],
});

const touching = (folder: Workspace, name: string) => ({
  type: 'action',
  name,
  provider: { type: 'process', path: 'touch', arguments: [join(folder.path, name)] },
});

function experiment(folder: Workspace) {
  const probe = { type: 'probe', name: 'p', tolerance: 0, provider: { type: 'process', path: 'true' } };
  return {
    title: 't',
    description: 'd',
    'steady-state-hypothesis': { title: 'h', probes: [probe] },
    method: [{ type: 'action', name: 'waiting', provider: waiting(folder) }, touching(folder, 'later')],
    rollbacks: [touching(folder, 'undone')],
  };
}

/** Runs it and sends the signal as soon as the program in it runs, which would then go on. */
async function signalled(folder: Workspace, io: MemoryIo, json: object, ...words: readonly string[]): Promise<number> {
  await folder.write('ctk.json', JSON.stringify(json));
  const ended = main(['import', 'ctk.json', '--run', ...words], io);
  await expect.poll(() => isThere(join(folder.path, 'begun')), { timeout: 20_000 }).toBe(true);
  io.signal('SIGHUP');
  await folder.write('go-on', '');
  return await ended;
}

describe('SIGHUP while a Chaos Toolkit experiment runs', PATIENCE, () => {
  const made = (folder: Workspace) =>
    Promise.all(['later', 'undone', 'journal.json'].map((name) => isThere(join(folder.path, name))));

  test('ends the method and puts everything back, as is said', async () => {
    await using folder = await workspace();
    const io = memoryIo({ cwd: folder.path });
    expect(await signalled(folder, io, experiment(folder))).toBe(4);
    expect(io.written.err()).toContain('SIGHUP: putting everything back');
    expect(await made(folder)).toEqual([false, true, true]);
    const journal = JSON.parse(await readFile(join(folder.path, 'journal.json'), 'utf8'));
    expect(journal).toMatchObject({ status: 'interrupted' });
  });

  test('ends the method with --compat, where the strategy says what is rolled back, and nothing else is said', async () => {
    await using folder = await workspace();
    const io = memoryIo({ cwd: folder.path });
    expect(await signalled(folder, io, experiment(folder), '--compat')).toBe(1);
    expect(io.written.err()).toContain('rollbacks follow the strategy');
    expect(io.written.err()).not.toContain('everything back');
    expect(await made(folder)).toEqual([false, false, true]);
  });

  test('ends it before its method, while its configuration is asked for', async () => {
    await using folder = await workspace();
    const io = memoryIo({ cwd: folder.path });
    const configuration = { k: { type: 'probe', name: 'k', provider: waiting(folder) } };
    expect(await signalled(folder, io, { ...experiment(folder), method: [], configuration })).toBe(4);
    expect(await made(folder)).toEqual([false, false, false]);
  });
});
