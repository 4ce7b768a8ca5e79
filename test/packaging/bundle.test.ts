import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, inject, test } from 'vitest';
import { expectRevertedAfterKill } from './paused-by.ts';

const cwd = inject('consumer');

// What a CommonJS dependency of the bundle asks for with require() has to be answered in an ES module.
const banner = "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);";

describe.each([
  { format: 'esm', outfile: 'bundle/host.mjs', banner: { js: banner } },
  { format: 'cjs', outfile: 'bundle/host.cjs', banner: {} },
] as const)('a host bundled by esbuild as $format', ({ format, outfile, banner }) => {
  test('may be killed', async () => {
    await build({
      absWorkingDir: cwd,
      entryPoints: ['host.ts'],
      outfile,
      format,
      banner,
      bundle: true,
      platform: 'node',
      target: 'node22',
      // Native parts cannot be in a bundle.
      external: ['*.node', 'cpu-features'],
      logLevel: 'error',
      // That CommonJS has no import.meta is known: the packages find their files another way there.
      logOverride: { 'empty-import-meta': 'silent' },
    });
    await expectRevertedAfterKill([process.execPath, join(cwd, outfile)], cwd);
  });
});
