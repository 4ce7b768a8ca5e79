import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// What a small command costs in CPU time, beside a bare Node process and beside Chaos Toolkit, in one run. Measures
// what is installed in the project at CHAOS_INSTALLED (the tarballs of `pnpm pack`, which are a few files each), else the
// built packages, file by file: run `npm run build` first. CPU time rather than wall time, since that is what a busy CI machine has less of.

const ROUNDS = Number(process.env['ROUNDS'] ?? 15);
const TICK = 1000 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const installed = process.env['CHAOS_INSTALLED'];
const bin =
  installed === undefined
    ? fileURLToPath(new URL('../../packages/cli/dist/bin.js', import.meta.url))
    : join(installed, 'node_modules/@bridge/chaos-cli/dist/bin.js');

/** CPU time of all children that have ended, ms: fields 16 and 17 of proc(5), children of children included. */
function childrenTime(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) * TICK;
}

/** Mean CPU time of one round, ms. */
function cost(program: string, words: readonly string[], cwd: string): number {
  spawnSync(program, words, { cwd });
  const before = childrenTime();
  for (let round = 0; round < ROUNDS; round += 1) spawnSync(program, words, { cwd });
  return (childrenTime() - before) / ROUNDS;
}

const folder = await mkdtemp(join(tmpdir(), 'chaos-bench-'));
try {
  await writeFile(join(folder, 'ours.json'), JSON.stringify({ name: 'trivial', faults: [{ delay: '1ms' }] }));
  await writeFile(join(folder, 'no-ledger.yaml'), 'ledger: false\n');
  const node = cost(process.execPath, ['-e', '0'], folder);
  const row = (name: string, value: number): void =>
    console.log(`${name.padEnd(44)} ${value.toFixed(0).padStart(5)} ms CPU  ${(value / node).toFixed(1)}x bare node`);
  row('node -e 0', node);
  row('chaos --version', cost(process.execPath, [bin, '--version'], folder));
  row('chaos validate', cost(process.execPath, [bin, 'validate', 'ours.json'], folder));
  row('chaos run, no ledger', cost(process.execPath, [bin, 'run', 'ours.json', '-c', 'no-ledger.yaml'], folder));
  row('chaos run', cost(process.execPath, [bin, 'run', 'ours.json'], folder));
  await measurePeer(row);
} finally {
  await rm(folder, { recursive: true });
}

async function measurePeer(row: (name: string, value: number) => void): Promise<void> {
  const peer = process.env['CHAOS_TOOLKIT'];
  if (peer === undefined) {
    console.log(
      'Chaos Toolkit: peer absent; python3 -m venv DIR && DIR/bin/pip install chaostoolkit, then CHAOS_TOOLKIT=DIR/bin/chaos',
    );
    return;
  }
  const experiment = { title: 'trivial', description: 'trivial', method: [], rollbacks: [] };
  await writeFile(join(folder, 'theirs.json'), JSON.stringify(experiment));
  row('Chaos Toolkit: chaos run', cost(peer, ['--no-version-check', 'run', 'theirs.json'], folder));
}
