// Writes the tests, and what counts them, as two files of plain JavaScript: a machine without KVM takes half a minute to
// find, strip and link the modules one by one.
import { build } from 'esbuild';

// What a CommonJS dependency of the bundle asks for has to be answered in an ES module.
const banner = [
  "import { createRequire as requireOf } from 'node:module';",
  "import { dirname as folderOf } from 'node:path';",
  "import { fileURLToPath as pathOf } from 'node:url';",
  'const require = requireOf(import.meta.url);',
  'const __dirname = folderOf(pathOf(import.meta.url));',
].join(' ');

await build({
  absWorkingDir: new URL('../..', import.meta.url).pathname,
  entryPoints: { 'cgroup-v2.test': 'test/cgroup-v2/cgroup-v2.test.ts', reporter: 'test/netem/reporter.ts' },
  outdir: 'reports/cgroup-v2',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  conditions: ['@bridge/source'],
  banner: { js: banner },
  // Native parts cannot be in a bundle.
  external: ['*.node', 'cpu-features'],
  logLevel: 'error',
});
