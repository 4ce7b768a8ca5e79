import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, truncate, watch, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@bridge/chaos-core';
import { expect, test } from 'vitest';
import { restoreSnapshot } from '../../src/action/file/restore-snapshot.ts';
import { SnapshotStore } from '../../src/index.ts';
import { testFolder } from '../playbook/scene.ts';

const RESTORING = fileURLToPath(new URL('./restoring-process.ts', import.meta.url));
const CONTEXT = { signal: new AbortController().signal, clock: systemClock, log: console, idempotencyKey: 'key' };
/** Holes that take seconds to copy: who looks for the copy to begin always comes before its end. */
const LARGE = 4 * 2 ** 30;

/** A restoring of a large file whose process was killed as soon as it had begun to keep the original. */
async function cutOff(path: string) {
  const snapshots = join(path, 'snapshots');
  const models = join(path, 'models');
  await mkdir(models);
  const file = join(models, 'model');
  const store = new SnapshotStore(snapshots, systemClock);
  await writeFile(file, 'good');
  await store.take('model', file);
  const action = restoreSnapshot('restore_file', store);
  const options = action.options.parse({ snapshot: 'model' });
  const undo = await action.prepare(options, CONTEXT);
  await truncate(file, LARGE);
  const changes = watch(models);
  const copying = changes.next();
  const child = spawn(process.execPath, ['-C', '@bridge/source', RESTORING, snapshots, JSON.stringify(undo)], {
    stdio: 'inherit',
  });
  const ended = once(child, 'exit');
  await copying;
  child.kill('SIGKILL');
  await ended;
  await changes.return?.();
  return { models, file, action, options, undo };
}

test('killed while it keeps the original, a restoring is put back to the whole original', async () => {
  await using folder = await testFolder();
  const { models, file, action, undo } = await cutOff(folder.path);
  await action.revert(undo, CONTEXT);
  expect((await stat(file)).size).toBe(LARGE);
  expect(await readdir(models)).toEqual(['model']);
});

test('run again after such a kill, it keeps the original anew', async () => {
  await using folder = await testFolder();
  const { models, file, action, options, undo } = await cutOff(folder.path);
  await writeFile(file, 'as it was found');
  await action.run(options, undo, CONTEXT);
  expect(await readFile(file, 'utf8')).toBe('good');
  await action.revert(undo, CONTEXT);
  expect(await readFile(file, 'utf8')).toBe('as it was found');
  expect(await readdir(models)).toEqual(['model']);
});
