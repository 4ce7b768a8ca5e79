import { appendFile, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { files } from '../../src/file/plugin.ts';
import { faultContext } from '../fault-context.ts';
import { fileTarget, testFolder } from './file-harness.ts';
import { hostFault } from './host-fault.ts';

const context = faultContext();
const params = { lines: ['password=made-up', 'another'] };

/** A log with two lines, to which the fault has added its own. */
async function leaked() {
  const folder = await testFolder();
  const path = join(folder.path, 'log');
  await writeFile(path, 'one\ntwo\n');
  const { append } = hostFault(folder.path);
  const target = await fileTarget(files({ roots: [folder.path] }), path);
  const undo = await append.prepare(target, params, context);
  await append.inject(target, params, undo, context);
  return { folder, path, append, undo, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

describe('file.append', () => {
  it('adds its lines at the end, and cuts them off while they are the last', async () => {
    await using log = await leaked();
    expect(await readFile(log.path, 'utf8')).toBe('one\ntwo\npassword=made-up\nanother\n');
    expect(await log.append.observe(log.undo, context)).toBe('present');
    await log.append.revert(log.undo, context);
    expect(await readFile(log.path, 'utf8')).toBe('one\ntwo\n');
    expect(await log.append.observe(log.undo, context)).toBe('absent');
  });

  it('loses no line that was written since: its own are overwritten where they stand', async () => {
    await using log = await leaked();
    await appendFile(log.path, 'three\n');
    await log.append.revert(log.undo, context);
    expect(await readFile(log.path, 'utf8')).toBe(`one\ntwo\n${'*'.repeat(16)}\n${'*'.repeat(7)}\nthree\n`);
    expect(await log.append.observe(log.undo, context)).toBe('absent');
    await log.append.revert(log.undo, context);
    expect(await readFile(log.path, 'utf8')).toContain('\nthree\n');
  });

  it('finds its lines in a log that was rotated meanwhile, and leaves the new one alone', async () => {
    await using log = await leaked();
    await rename(log.path, `${log.path}.1`);
    await writeFile(log.path, 'new\n');
    expect(await log.append.observe(log.undo, context)).toBe('present');
    await log.append.revert(log.undo, context);
    expect(await readFile(`${log.path}.1`, 'utf8')).toBe('one\ntwo\n');
    expect(await readFile(log.path, 'utf8')).toBe('new\n');
  });

  const block = 'password=made-up\nanother\n';
  const blank = `${'*'.repeat(16)}\n${'*'.repeat(7)}\n`;
  it.each([
    ['a write that was cut off', block.slice(0, 20), ''],
    ['an undo that was killed before the cut', blank, ''],
    ['an undo that was killed while it overwrote', blank.slice(0, 17) + block.slice(17), ''],
    ['an undo of a write that was cut off, killed in between', blank.slice(0, 4) + block.slice(4, 20), ''],
    ['an undo that was killed while it overwrote, before others wrote', blank.slice(0, 9) + block.slice(9), 'three\n'],
  ])('leaves nothing of its lines after %s', async (_what, left, others) => {
    await using log = await leaked();
    await writeFile(log.path, `one\ntwo\n${left}${others}`);
    expect(await log.append.observe(log.undo, context)).toBe('present');
    await log.append.revert(log.undo, context);
    expect(await readFile(log.path, 'utf8')).toBe(`one\ntwo\n${others === '' ? '' : blank}${others}`);
    expect(await log.append.observe(log.undo, context)).toBe('absent');
  });

  it('overwrites what was written up to the end of a page by a write that was killed, where others follow', async () => {
    await using folder = await testFolder();
    const path = join(folder.path, 'log');
    await writeFile(path, 'one\n');
    const { append } = hostFault(folder.path);
    const target = await fileTarget(files({ roots: [folder.path] }), path);
    const secrets = Array.from({ length: 10 }, (_, number) => `secret ${number}`.padEnd(990, '.'));
    const undo = await append.prepare(target, { lines: secrets }, context);
    const written = `one\n${secrets.join('\n')}\n`.slice(0, 8192);
    await writeFile(path, `${written}... is how the next line of the log begins\n`);
    expect(await append.observe(undo, context)).toBe('present');
    await append.revert(undo, context);
    const kept = written.slice(4).replaceAll(/[^\n]/g, '*');
    expect(await readFile(path, 'utf8')).toBe(`one\n${kept}... is how the next line of the log begins\n`);
    expect(await append.observe(undo, context)).toBe('absent');
  });

  it('takes no line of others for its own because it begins alike', async () => {
    await using log = await leaked();
    const others = 'one\ntwo\npassword=made-up\nthree\npassword=made-by-hand\npass';
    await writeFile(log.path, others);
    expect(await log.append.observe(log.undo, context)).toBe('absent');
    await log.append.revert(log.undo, context);
    expect(await readFile(log.path, 'utf8')).toBe(others);
  });

  it('adds whole lines only', () => {
    const { append } = hostFault('/nowhere');
    expect(append.params.safeParse({ lines: ['one\ntwo'] }).success).toBe(false);
  });
});
