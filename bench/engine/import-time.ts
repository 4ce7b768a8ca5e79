import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { row, time } from './measure.ts';

// What `import '@bridge/chaos-core'` costs a host at start, beside a bare Node process. Measures the built package:
// run `npm run build` first.

const core = fileURLToPath(new URL('../../packages/core/dist/index.js', import.meta.url));
const node = (code: string) => async () => execFileSync(process.execPath, ['--input-type=module', '-e', code]);

const bare = await time(30, node(''));
console.log(row('node, nothing imported', bare));
console.log(row('node, zod imported', await time(30, node(`await import('${import.meta.resolve('zod')}')`)), bare));
console.log(row('node, @bridge/chaos-core imported', await time(30, node(`await import('${core}')`)), bare));
