import { link, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostPlace } from '../../src/file/place/host-place.ts';
import { takeBackByRenames } from '../../src/file/place/take-back-by-renames.ts';
import { files } from '../../src/file/plugin.ts';
import { faultContext } from '../fault-context.ts';
import { fileTarget, testFolder } from './file-harness.ts';
import { hostFault } from './host-fault.ts';

const context = faultContext();

/** A file or folder that is hidden. */
async function hidden(kind: 'file' | 'folder' = 'file') {
  const folder = await testFolder();
  const path = join(folder.path, 'log');
  await (kind === 'file' ? writeFile(path, 'found') : mkdir(path));
  const { ino } = await stat(path);
  const { hide } = hostFault(folder.path);
  const undo = await hide.prepare(await fileTarget(files({ roots: [folder.path] }), path), {}, context);
  await hide.inject(await fileTarget(files({ roots: [folder.path] }), path), {}, undo, context);
  const at = (name: string) => join(folder.path, name);
  return { path, ino, hide, undo, at, folder, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}
type Hidden = Awaited<ReturnType<typeof hidden>>;

async function expectUndone({ path, ino, hide, undo, folder }: Hidden, newcomers: Readonly<Record<string, string>>) {
  await hide.revert(undo, context);
  expect(await hide.observe(undo, context)).toBe('absent');
  expect((await stat(path)).ino).toBe(ino);
  const kept: Record<string, string> = {};
  for (const name of await readdir(folder.path)) {
    if (name === 'log') continue;
    const there = join(folder.path, name);
    kept[name] = (await stat(there)).isFile() ? await readFile(there, 'utf8') : 'a folder';
  }
  expect(kept).toEqual(newcomers);
}

describe('file.hide is undone, and every newcomer is kept', () => {
  it('when an undo was killed after it had set one aside, and another one has come since', async () => {
    await using it = await hidden();
    await writeFile(it.path, 'first');
    await rename(it.path, it.at(it.undo.newcomer));
    await writeFile(it.path, 'second');
    await expectUndone(it, { [it.undo.newcomer]: 'first', [`${it.undo.newcomer}-2`]: 'second' });
  });

  it('when an undo was killed after it had given the newcomer a second name', async () => {
    await using it = await hidden();
    await writeFile(it.path, 'new');
    await link(it.path, it.at(it.undo.newcomer));
    await expectUndone(it, { [it.undo.newcomer]: 'new' });
  });

  it('when an undo was killed before it had removed the hidden name', async () => {
    await using it = await hidden();
    await link(it.at(it.undo.hidden), it.path);
    expect(await it.hide.observe(it.undo, context)).toBe('present');
    await expectUndone(it, {});
  });

  it.each([
    ['file', 'folder'],
    ['folder', 'file'],
    ['folder', 'folder'],
  ] as const)('when the found one is a %s and the newcomer a %s', async (found, newcomer) => {
    await using it = await hidden(found);
    await (newcomer === 'file' ? writeFile(it.path, 'new') : mkdir(it.path));
    await expectUndone(it, { [it.undo.newcomer]: newcomer === 'file' ? 'new' : 'a folder' });
  });

  it('by renames alone, also when an undo was killed between two of them', async () => {
    await using it = await hidden();
    await writeFile(it.path, 'first');
    await rename(it.path, it.at(it.undo.newcomer));
    await writeFile(it.path, 'second');
    const second = `${it.undo.newcomer}-2`;
    const place = hostPlace(it.folder.path, 'log');
    expect(await takeBackByRenames(place, 'log', context, it.undo)).toEqual([second]);
    await expectUndone(it, { [it.undo.newcomer]: 'first', [second]: 'second' });
  });
});
