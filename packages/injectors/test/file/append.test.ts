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

  it('adds whole lines only', () => {
    const { append } = hostFault('/nowhere');
    expect(append.params.safeParse({ lines: ['one\ntwo'] }).success).toBe(false);
  });
});
