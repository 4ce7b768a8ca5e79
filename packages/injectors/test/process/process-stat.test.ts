import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const CHILD = fileURLToPath(new URL('./without-handles.ts', import.meta.url));

it('a process is not taken for ended by one that has no file handle left to look', async () => {
  const few = 'ulimit -n 200; exec "$0" "$@"';
  const args = ['-c', few, process.execPath, '-C', '@bridge/source', CHILD];
  const { stdout } = await promisify(execFile)('/bin/sh', args);
  expect(stdout.trim()).toBe('EMFILE');
});
