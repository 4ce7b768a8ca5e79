import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { row, time } from './measure.ts';

// What `import '@bridge/chaos-core'` costs a host at start, beside a bare Node process. Measures the package that is
// installed in the project at CHAOS_INSTALLED (from its tarball), else the built one, file by file: run `npm run build` first.

const installed = process.env['CHAOS_INSTALLED'];
const core =
  installed === undefined
    ? fileURLToPath(new URL('../../packages/core/dist/index.js', import.meta.url))
    : join(installed, 'node_modules/@bridge/chaos-core/dist/index.js');
const node = (code: string) => async () => execFileSync(process.execPath, ['--input-type=module', '-e', code]);

const bare = await time(30, node(''));
console.log(row('node, nothing imported', bare));
console.log(row('node, zod imported', await time(30, node(`await import('${import.meta.resolve('zod')}')`)), bare));
console.log(row('node, @bridge/chaos-core imported', await time(30, node(`await import('${core}')`)), bare));
