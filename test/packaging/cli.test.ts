import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, inject, test } from 'vitest';
import { NODES } from './consumer.ts';

const run = promisify(execFile);
const cwd = inject('consumer');
const nodes = Object.keys(NODES).map((alias) => [alias, join(cwd, 'node_modules', alias, 'bin/node')] as const);

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Ends with its code, whatever that is. */
function ending(program: string, words: readonly string[], folder: string): Promise<Ended> {
  return run(program, words, { cwd: folder }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: Ended) => ({ code, stdout, stderr }),
  );
}

test('is there by npx', async () => {
  const manifest = JSON.parse(await readFile(join(cwd, 'node_modules/@bridge/chaos-cli/package.json'), 'utf8'));
  const { stdout } = await run('npx', ['--no-install', 'chaos', '--version'], { cwd });
  expect(stdout.trim()).toBe(manifest.version);
});

describe.each(nodes)('on %s', (_alias, node) => {
  const chaos = (folder: string, ...words: readonly string[]): Promise<Ended> =>
    ending(node, [join(cwd, 'node_modules/@bridge/chaos-cli/dist/bin.js'), ...words], folder);

  test('starts a project, breaks a file and puts it back', async () => {
    const folder = await mkdtemp(join(cwd, 'cli-'));
    expect(await chaos(folder, 'init')).toMatchObject({ code: 0, stderr: '' });
    expect(await chaos(folder, 'validate', 'chaos/starter.yaml')).toMatchObject({ code: 0, stderr: '' });
    const file = join(folder, 'data.txt');
    await writeFile(file, 'intact');
    await writeFile(join(folder, 'chaos.config.yaml'), JSON.stringify({ plugins: { files: { roots: [folder] } } }));
    const faults = [{ type: 'file.hide', target: { file }, for: '200ms' }];
    await writeFile(join(folder, 'e.json'), JSON.stringify({ name: 'packed', faults }));
    const { stdout, stderr } = await chaos(folder, 'run', 'e.json', '--json');
    expect({ stderr, report: JSON.parse(stdout) }).toMatchObject({
      report: { reversal: { clean: true, injected: 1, proven: 1 } },
    });
    expect(await readFile(file, 'utf8')).toBe('intact');
    expect(await chaos(folder, 'ledger', 'verify')).toMatchObject({ code: 0 });
    expect(await chaos(folder, 'no-such-command')).toMatchObject({ code: 2 });
  });
});
