import { link, lstat, mkdir, readFile, readlink, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isChaosError } from '@bridge/chaos-core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { files } from '../../src/file/plugin.ts';
import { faultContext } from '../fault-context.ts';
import { hostileText } from '../network/hostile-text.ts';
import { CONTENT, fileTarget, testFolder } from './file-harness.ts';
import { hostFault } from './host-fault.ts';

const context = faultContext();
const impossible = (error: unknown) => isChaosError(error, 'CHAOS_FAULT_IMPOSSIBLE');
const changed = (error: unknown) => isChaosError(error, 'CHAOS_TARGET_CHANGED');

describe('files outside the allowed folders', () => {
  it('are refused, also when nothing is allowed, and with what to do', async () => {
    await using folder = await testFolder();
    await writeFile(join(folder.path, 'a'), 'a');
    await mkdir(join(folder.path, 'allowed'));
    const finding = fileTarget(files({ roots: [join(folder.path, 'allowed')] }), join(folder.path, 'a'));
    await expect(finding).rejects.toThrow(/outside the allowed folders.*roots option of files\(\)/);
    await expect(fileTarget(files(), join(folder.path, 'a'))).rejects.toSatisfy(impossible);
  });

  it('are refused behind a folder that is a link, and through a root whose name only begins alike', async () => {
    await using folder = await testFolder();
    const [root, other] = [join(folder.path, 'root'), join(folder.path, 'root-2')];
    await mkdir(root);
    await mkdir(other);
    await writeFile(join(other, 'a'), 'a');
    await symlink(other, join(root, 'way'));
    const plugin = files({ roots: [root] });
    await expect(fileTarget(plugin, join(root, 'way', 'a'))).rejects.toSatisfy(impossible);
    await expect(fileTarget(plugin, join(other, 'a'))).rejects.toSatisfy(impossible);
  });

  it('are not reached through a link that takes the folder’s place between selection and injection', async () => {
    await using folder = await testFolder();
    const [root, inner] = [join(folder.path, 'root'), join(folder.path, 'root', 'inner')];
    const outside = join(folder.path, 'outside');
    await mkdir(inner, { recursive: true });
    await writeFile(join(inner, 'a'), CONTENT);
    const { replace } = hostFault(root);
    const target = await fileTarget(files({ roots: [root] }), join(inner, 'a'));
    const undo = await replace.prepare(target, { text: 'broken' }, context);
    // The same file, so that only the way to it is another one.
    await rename(inner, outside);
    await symlink(outside, inner);
    await expect(replace.inject(target, { text: 'broken' }, undo, context)).rejects.toSatisfy(changed);
    expect(await readFile(join(outside, 'a'), 'utf8')).toBe(CONTENT);
    expect(await replace.observe(undo, context)).toBe('gone');
    await writeFile(join(outside, 'a'), 'their own');
    await replace.revert(undo, context);
    expect(await readFile(join(outside, 'a'), 'utf8')).toBe('their own');
  });

  it('stay as they are when a name turns into a link to them', async () => {
    await using folder = await testFolder();
    const [root, secret] = [join(folder.path, 'root'), join(folder.path, 'secret')];
    await mkdir(root);
    await writeFile(secret, 'secret');
    await writeFile(join(root, 'a'), CONTENT);
    const { replace, permission } = hostFault(root);
    const target = await fileTarget(files({ roots: [root] }), join(root, 'a'));
    const undo = await replace.prepare(target, { text: 'broken' }, context);
    await replace.inject(target, { text: 'broken' }, undo, context);
    await rm(join(root, 'a'));
    await symlink(secret, join(root, 'a'));
    await expect(replace.revert(undo, context)).rejects.toThrow(/CHAOS_/);
    expect(await replace.observe(undo, context)).toBe('present');
    expect(await readFile(secret, 'utf8')).toBe('secret');
    const linked = await fileTarget(files({ roots: [root] }), join(root, 'a'));
    await expect(replace.prepare(linked, { text: 'x' }, context)).rejects.toThrow(
      /is a symbolic link.*name the file it leads to/,
    );
    await expect(permission.prepare(linked, { mode: '000' }, context)).rejects.toSatisfy(impossible);
  });

  it('with another name inside are refused: their other name would change too', async () => {
    await using folder = await testFolder();
    const root = join(folder.path, 'root');
    await mkdir(root);
    await writeFile(join(folder.path, 'outside'), 'outside');
    await link(join(folder.path, 'outside'), join(root, 'a'));
    const target = await fileTarget(files({ roots: [root] }), join(root, 'a'));
    const asked = await hostFault(root).replace.feasible?.(target, { text: 'x' }, context);
    expect(asked).toMatchObject({ possible: false, remedy: expect.stringContaining('file.hide') });
  });

  it('that the kernel makes up are refused', async () => {
    await expect(fileTarget(files({ roots: ['/proc'] }), '/proc/sys/kernel/hostname')).rejects.toSatisfy(impossible);
  });
});

describe('hiding', () => {
  it('takes a link away and leaves what it leads to', async () => {
    await using folder = await testFolder();
    const [program, way] = [join(folder.path, 'program'), join(folder.path, 'way')];
    await writeFile(program, 'program');
    await symlink(program, way);
    const { hide } = hostFault(folder.path);
    const target = await fileTarget(files({ roots: [folder.path] }), way);
    const undo = await hide.prepare(target, {}, context);
    await hide.inject(target, {}, undo, context);
    await expect(lstat(way)).rejects.toThrow('ENOENT');
    expect(await readFile(program, 'utf8')).toBe('program');
    await hide.revert(undo, context);
    expect(await readlink(way)).toBe(program);
  });

  it('puts the found file back beside one that was made meanwhile, and loses neither', async () => {
    await using folder = await testFolder();
    const path = join(folder.path, 'a');
    await writeFile(path, 'found');
    const { hide } = hostFault(folder.path);
    const target = await fileTarget(files({ roots: [folder.path] }), path);
    const undo = await hide.prepare(target, {}, context);
    await hide.inject(target, {}, undo, context);
    await writeFile(path, 'new');
    expect(await hide.observe(undo, context)).toBe('present');
    await hide.revert(undo, context);
    expect(await readFile(path, 'utf8')).toBe('found');
    expect(await readFile(join(folder.path, undo.newcomer), 'utf8')).toBe('new');
  });
});

describe('undoing a change of bytes', () => {
  it('brings back a file that was removed meanwhile, with mode and times to the nanosecond', async () => {
    await using folder = await testFolder();
    const path = join(folder.path, 'a');
    await writeFile(path, CONTENT, { mode: 0o604 });
    await utimes(path, 1_600_000_000.123_456, 1_600_000_001.654_321);
    const before = await lstat(path, { bigint: true });
    const { replace } = hostFault(folder.path);
    const target = await fileTarget(files({ roots: [folder.path] }), path);
    const undo = await replace.prepare(target, { text: 'broken' }, context);
    await replace.inject(target, { text: 'broken' }, undo, context);
    await rm(path);
    expect(await replace.observe(undo, context)).toBe('present');
    await replace.revert(undo, context);
    const after = await lstat(path, { bigint: true });
    expect(await readFile(path, 'utf8')).toBe(CONTENT);
    expect([after.mode, after.mtimeNs]).toEqual([before.mode, before.mtimeNs]);
  });

  it('finishes after a write that was cut off in the middle', async () => {
    await using folder = await testFolder();
    const path = join(folder.path, 'a');
    await writeFile(path, CONTENT);
    const { replace } = hostFault(folder.path);
    const target = await fileTarget(files({ roots: [folder.path] }), path);
    const undo = await replace.prepare(target, { text: 'broken' }, context);
    await writeFile(path, 'bro');
    expect(await replace.observe(undo, context)).toBe('present');
    await replace.revert(undo, context);
    expect(await readFile(path, 'utf8')).toBe(CONTENT);
  });

  it('does not write over a change that somebody made just before', async () => {
    await using folder = await testFolder();
    const path = join(folder.path, 'a');
    await writeFile(path, CONTENT);
    const { replace } = hostFault(folder.path);
    const target = await fileTarget(files({ roots: [folder.path] }), path);
    const undo = await replace.prepare(target, { text: 'broken' }, context);
    await writeFile(path, 'a change of their own');
    await expect(replace.inject(target, { text: 'broken' }, undo, context)).rejects.toSatisfy(changed);
    expect(await readFile(path, 'utf8')).toBe('a change of their own');
  });
});

describe('hostile paths and texts', () => {
  it('are refused, or are data: no canary is made, whatever they hold', async () => {
    await using folder = await testFolder();
    const root = join(folder.path, 'root');
    await mkdir(root);
    const plugin = files({ roots: [root] });
    const { hide, replace, edit } = hostFault(root);
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        const piece = text.replaceAll('/run/canary', `${folder.path}/canary`);
        const [source] = plugin.targets;
        for (const path of [piece, `${root}/${piece}`, `/${piece}`]) {
          const query = source.query.safeParse(path);
          if (!query.success) continue;
          expect(path.startsWith('/')).toBe(true);
          await source.find(query.data, context).catch((error: unknown) => expect(isChaosError(error)).toBe(true));
        }
        const name = piece.replaceAll('/', '_').replaceAll('\0', '_').slice(0, 60);
        fc.pre(name.isWellFormed() && !['.', '..', ''].includes(name));
        const path = join(root, name);
        await writeFile(path, piece);
        const before = await readFile(path);
        const target = await fileTarget(plugin, path);
        const undo = await hide.prepare(target, {}, context);
        await hide.inject(target, {}, undo, context);
        await hide.revert(undo, context);
        const params = { text: `${piece}!` };
        const record = await replace.prepare(target, params, context);
        await replace.inject(target, params, record, context);
        expect(await readFile(path, 'utf8')).toBe(Buffer.from(`${piece}!`).toString());
        await replace.revert(record, context);
        const put = { format: 'text' as const, find: before.toString(), put: `${piece}${piece}?` };
        const edited = await edit.prepare(target, put, context);
        await edit.inject(target, put, edited, context);
        expect(await readFile(path, 'utf8')).toBe(Buffer.from(put.put).toString());
        await edit.revert(edited, context);
        expect(await readFile(path)).toEqual(before);
        await rm(path);
      }),
      { numRuns: 40 },
    );
    await expect(lstat(join(folder.path, 'canary'))).rejects.toThrow('ENOENT');
  });
});
