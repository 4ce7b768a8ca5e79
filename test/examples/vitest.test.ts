import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

test('the vitest example passes on its own configuration', async () => {
  const { VITEST: _here, VITEST_MODE: _mode, VITEST_POOL_ID: _pool, VITEST_WORKER_ID: _worker, ...env } = process.env;
  const argv = [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--no-color'];
  const { stdout } = await promisify(execFile)(process.execPath, argv, { cwd: join(ROOT, 'examples/vitest'), env });
  expect(stdout).toMatch(/Tests\s+2 passed \(2\)/);
});
