import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, inject, test } from 'vitest';

const run = promisify(execFile);
const bin = (name: string) => join(import.meta.dirname, '../../node_modules/.bin', name);

describe.each(inject('tarballs'))('$name', ({ path, name }) => {
  test('installs anywhere: no protocol or condition of the workspace is left', async () => {
    const { stdout } = await run('tar', ['--extract', '--to-stdout', '--file', path, 'package/package.json']);
    expect(JSON.parse(stdout).name).toBe(name);
    expect(stdout).not.toMatch(/workspace:|catalog:|@bridge\/source/);
  });

  test('has what it exports, its licence and its sources, and no tests', async () => {
    const { stdout } = await run('tar', ['--list', '--file', path]);
    const files = stdout.trim().split('\n');
    expect(files).toContain('package/dist/index.js');
    expect(files).toContain('package/dist/index.d.ts');
    expect(files).toContain('package/src/index.ts');
    expect(files.filter((file) => /tsbuildinfo|\/test\/|\.test\./.test(file))).toEqual([]);
  });

  test('is well-formed (publint)', async () => {
    await expect(run(bin('publint'), ['--strict', path])).resolves.toBeDefined();
  });

  test('resolves with types from ES modules (attw)', async () => {
    await expect(run(bin('attw'), [path, '--profile', 'esm-only'])).resolves.toBeDefined();
  });
});
