import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdtemp, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { outside } from './outside.ts';

const run = promisify(execFile);
const cwd = inject('consumer');
const bin = (name: string) => join(cwd, 'node_modules/.bin', name);

describe("somebody else's plugin, built against the packed tarballs", () => {
  beforeAll(async () => {
    const plugin = join(cwd, 'third-party-plugin');
    await cp(join(import.meta.dirname, 'third-party-plugin'), plugin, { recursive: true });
    await run(bin('tsc'), ['--project', plugin]);
    await run('npm', ['pack', '--pack-destination', cwd], { cwd: plugin });
    const install = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
    await outside(cwd, 'npm', ...install, './chaos-file-mode-1.0.0.tgz');
  });

  test('gives its types to the host', async () => {
    const compiled = run(bin('tsc'), ['--project', join(cwd, 'third-party')]);
    const { stdout } = await compiled.catch((error: { stdout: string }) => error);
    expect(stdout).toBe('');
  });

  test('keeps every rule of the conformance kit', async () => {
    const { stdout } = await run(process.execPath, ['third-party/conformance.ts'], { cwd });
    expect(stdout).toMatch(/^\d\d rules kept\n$/);
  });

  test('is reverted by the guardian when its host is killed', async () => {
    const folder = await mkdtemp(join(cwd, 'files-'));
    const path = join(folder, 'data');
    await writeFile(path, 'data');
    await chmod(path, 0o644);
    const host = spawn(process.execPath, ['third-party/host.ts', path, join(folder, 'state')], {
      cwd,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const mode = async () => (await stat(path)).mode & 0o777;
    expect(String((await once(host.stdout, 'data'))[0])).toBe('recovered active\n');
    expect(await mode()).toBe(0o200);
    host.kill('SIGKILL');
    await expect.poll(mode, { timeout: 15_000 }).toBe(0o644);
  });
});
