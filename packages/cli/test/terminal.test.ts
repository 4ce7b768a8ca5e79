import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hideExperiment } from './support/experiments.ts';
import { screenOf } from './support/screen.ts';
import { isThere, workspace } from './support/workspace.ts';

const PATIENCE = { timeout: 300_000 };
const BIN = join(import.meta.dirname, '../src/bin.ts');
/** Of util-linux: gives a command a terminal of its own, and types what comes through its standard input. */
const SCRIPT = '/usr/bin/script';
const CTRL_C = '\u0003';

/** As on a person's own machine, whatever runs these tests. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const { CI, NO_COLOR, FORCE_COLOR, ...env } = process.env;
  return { ...env, TERM: 'xterm-256color' };
}

test(
  'on a terminal a person sees phase, probes and fault in place, and after Ctrl-C that all is put back',
  PATIENCE,
  async () => {
    await using folder = await workspace();
    await folder.write('e.json', hideExperiment(folder.seen, folder.other, { hold: '10m' }));
    // `exec`: a shell that stays between would answer the key by its own exit code, as dash does.
    const command = ['exec', process.execPath, '-C', '@bridge/source', BIN, 'run', 'e.json'].join(' ');
    const terminal = spawn(SCRIPT, ['-qec', command, '/dev/null'], { cwd: folder.path, env: ownEnvironment() });
    let bytes = '';
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => (bytes += text));
    const closed = once(terminal, 'close');
    const shown = (): string => screenOf(bytes).join('\n');
    try {
      // The fault is held until the key is pressed: the picture stands still at this phase.
      await expect
        .poll(shown, { timeout: 120_000, interval: 250 })
        .toMatch(
          /^failure {2}\d+ s .*a file is hidden for a while[\s\S]* file +\S.* \d+\/\d+ ok {2}p95 \d+ ms[\s\S]* effective +file\.hide on /m,
        );
      expect(await isThere(folder.other)).toBe(false);
      terminal.stdin.write(CTRL_C);
      const [code] = await closed;
      expect({ code, shown: shown() }).toMatchObject({ code: 4 });
    } finally {
      terminal.kill('SIGKILL');
    }
    expect(await isThere(folder.other)).toBe(true);
    const screen = screenOf(bytes);
    // One picture, drawn again in place: its head is there once, with the verdict.
    expect(screen.filter((line) => line.includes('a file is hidden for a while  (seed'))).toEqual([
      expect.stringMatching(/^aborted {2}/),
    ]);
    expect(shown()).toMatch(/ reverted +file\.hide on /);
    expect(shown()).toContain('SIGINT: reverting everything, then reporting');
    expect(bytes).toContain('\u001b[33m');
  },
);

test('without a terminal there is no escape sequence', PATIENCE, async () => {
  await using folder = await workspace();
  await folder.write('e.json', JSON.stringify({ name: 'nothing', faults: [{ delay: '1ms' }] }));
  const child = spawn(process.execPath, ['-C', '@bridge/source', BIN, 'run', 'e.json'], {
    cwd: folder.path,
    env: ownEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let bytes = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (bytes += text));
  const [code] = await once(child, 'close');
  expect({ code, bytes }).toMatchObject({ code: 3, bytes: expect.stringContaining('no fault was injected') });
  expect(bytes).not.toContain('\u001b');
});
