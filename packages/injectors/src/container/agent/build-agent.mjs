// Compiles agent.c for every architecture and writes agent-program.ts. Run it after each change of the
// source: `node packages/injectors/src/container/agent/build-agent.mjs`. Needs gcc and gcc-12-aarch64-linux-gnu.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const COMPILERS = { amd64: 'x86_64-linux-gnu-gcc-12', arm64: 'aarch64-linux-gnu-gcc-12' };
const FLAGS = [
  ...['-Os', '-static', '-nostdlib', '-ffreestanding', '-fno-builtin', '-fno-stack-protector', '-fno-strict-aliasing'],
  ...['-fno-asynchronous-unwind-tables', '-fno-tree-loop-distribute-patterns', '-Wall', '-Wextra', '-Werror', '-s'],
  ...['-Wl,--build-id=none', '-Wl,-z,noseparate-code', '-Wl,-z,max-page-size=4096'],
];

const source = new URL('./agent.c', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'agent-'));
const programs = Object.entries(COMPILERS).map(([architecture, compiler]) => {
  const program = join(folder, architecture);
  execFileSync(compiler, [...FLAGS, '-o', program, source], { stdio: 'inherit' });
  const lines =
    gzipSync(readFileSync(program), { level: 9 })
      .toString('base64')
      .match(/.{1,116}/g) ?? [];
  return `  ${architecture}:\n${lines.map((line) => `    '${line}'`).join(' +\n')},\n`;
});
rmSync(folder, { recursive: true });
const digest = createHash('sha256').update(readFileSync(source)).digest('hex');
writeFileSync(
  new URL('./agent-program.ts', import.meta.url),
  `// Written by build-agent.mjs from agent.c: a compiler cannot be assumed where the SDK runs.

/** SHA-256 of the source that the programs below were compiled from. */
export const AGENT_SOURCE = '${digest}';

/** The compiled program by architecture, gzip in base64. */
export const AGENT_PROGRAMS: Readonly<Record<string, string>> = {
${programs.join('')}};
`,
);
