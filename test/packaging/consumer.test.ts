import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, inject, test } from 'vitest';
import { NODES } from './consumer.ts';
import { expectRevertedAfterKill } from './paused-by.ts';

const run = promisify(execFile);
const cwd = inject('consumer');
const nodes = Object.keys(NODES).map((alias) => [alias, join(cwd, 'node_modules', alias, 'bin/node')] as const);

test('typechecks strictly, libraries included', async () => {
  const tsc = join(cwd, 'node_modules/.bin/tsc');
  const { stdout } = await run(tsc, ['--project', cwd]).catch((error: { stdout: string }) => error);
  expect(stdout).toBe('');
});

describe.each(nodes)('on %s', (_alias, node) => {
  test('runs an experiment', async () => {
    const state = await mkdtemp(join(cwd, 'state-'));
    const { stdout, stderr } = await run(node, ['main.ts', state], { cwd });
    expect({ stdout, stderr }).toEqual({ stdout: 'held 0\nCHAOS_GUARD_REFUSED\n', stderr: '' });
  });

  test('a host written in TypeScript may be killed', () => expectRevertedAfterKill([node, 'host.ts'], cwd));

  test('a CommonJS host may be killed', () => expectRevertedAfterKill([node, 'host.cjs'], cwd));
});
