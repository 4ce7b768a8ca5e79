import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const COMPILERS = { amd64: 'x86_64-linux-gnu-gcc-12', arm64: 'aarch64-linux-gnu-gcc-12' };
const FLAGS = [
  ...['-Os', '-static', '-nostdlib', '-ffreestanding', '-fno-builtin', '-fno-stack-protector', '-fno-strict-aliasing'],
  ...['-fno-asynchronous-unwind-tables', '-fno-tree-loop-distribute-patterns', '-Wall', '-Wextra', '-Werror', '-s'],
  ...['-Wl,--build-id=none', '-Wl,-z,noseparate-code', '-Wl,-z,max-page-size=4096'],
];

/**
 * Compiles `NAME.c` beside the calling script for every architecture and writes `NAME-program.ts`. Needs gcc and
 * gcc-12-aarch64-linux-gnu.
 *
 * @param {string} script `import.meta.url` of the caller
 * @param {string} name
 */
export function compileStatic(script, name) {
  const folder = dirname(fileURLToPath(script));
  const source = join(folder, `${name}.c`);
  const scratch = mkdtempSync(join(tmpdir(), `${name}-`));
  const programs = Object.entries(COMPILERS).map(([architecture, compiler]) => {
    const program = join(scratch, architecture);
    execFileSync(compiler, [...FLAGS, '-o', program, source], { stdio: 'inherit' });
    const lines =
      gzipSync(readFileSync(program), { level: 9 })
        .toString('base64')
        .match(/.{1,116}/g) ?? [];
    return `  ${architecture}:\n${lines.map((line) => `    '${line}'`).join(' +\n')},\n`;
  });
  rmSync(scratch, { recursive: true });
  const digest = createHash('sha256').update(readFileSync(source)).digest('hex');
  const constant = name.toUpperCase().replaceAll('-', '_');
  writeFileSync(
    join(folder, `${name}-program.ts`),
    `// Written by ${basename(fileURLToPath(script))} from ${name}.c: a compiler cannot be assumed where the SDK runs.

/** SHA-256 of the source that the programs below were compiled from. */
export const ${constant}_SOURCE = '${digest}';

/** The compiled program by architecture, gzip in base64. */
export const ${constant}_PROGRAMS: Readonly<Record<string, string>> = {
${programs.join('')}};
`,
  );
}
