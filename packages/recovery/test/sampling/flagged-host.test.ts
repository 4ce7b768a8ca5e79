import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const HOST = fileURLToPath(new URL('./flagged-host.ts', import.meta.url));
const FLAGS = ['--max-old-space-size=256', '-C', '@bridge/source'];

test('a host that was started with flags of V8 is sampled from a thread too', { timeout: 120_000 }, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [...FLAGS, HOST]);
  expect(stdout).toBe('sampled\n');
});
