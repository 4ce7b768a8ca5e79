import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NO_TRACES, tracesOf } from './host.ts';
import { setUp } from './set-up.ts';

/** A suite that passes, yet leaves something behind. */
function suite(name: string) {
  const config = join(import.meta.dirname, 'fixtures/vitest.config.ts');
  return setUp(['test', `--config=${config}`, '--reporter=default', name]);
}

test('a suite that leaves a container fails, and is told which', async () => {
  const { code, stderr } = await suite('leaves-container');
  expect(stderr).toMatch(/leftover container: left-by-a-test /);
  expect(code).toBe(1);
});

test('a suite that leaves a process fails, is told which, and the process ends', async () => {
  const { code, stderr } = await suite('leaves-process');
  expect(stderr).toMatch(/leftover process: \d+ sleep 54321/);
  expect(code).toBe(1);
  const [, id = ''] = /run (\w+)/.exec(stderr) ?? [];
  expect(tracesOf(id)).toEqual(NO_TRACES);
});

test('a suite that leaves nothing passes', async () => {
  expect(await suite('leaves-nothing')).toMatchObject({ code: 0 });
});
