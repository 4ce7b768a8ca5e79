// node test/virtual-machine/bundle.mjs FOLDER ENTRY…
// Writes tests, and the programs they start in containers, into FOLDER as few files of plain JavaScript, with the reporter
// of this folder: a machine without KVM takes half a minute to find, strip and link the modules one by one.
import { build } from 'esbuild';

const [outdir = 'reports', ...entryPoints] = process.argv.slice(2);

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
  entryPoints: [...entryPoints, 'test/virtual-machine/reporter.ts'],
  outdir,
  entryNames: '[name]',
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
