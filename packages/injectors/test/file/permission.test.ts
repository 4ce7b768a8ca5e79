import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { testFolder } from './file-harness.ts';

const HOST = new URL('./permission-host.ts', import.meta.url).pathname;

describe('file.permission of an owner who is not root', () => {
  it.each([
    ['file', '000', 0o640],
    ['file', '0200', 0o640],
    ['folder', '000', 0o750],
  ])('is undone: %s with mode %s', async (kind, mode, found) => {
    await using folder = await testFolder();
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...['-C', '@bridge/source', HOST],
      ...[folder.path, kind, mode],
    ]);
    expect(JSON.parse(stdout)).toEqual({ during: [Number.parseInt(mode, 8), 'present'], after: [found, 'absent'] });
  });
});
