import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, lstat, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentProgram } from '../../src/container/agent/agent-image.ts';
import { AGENT_PROGRAMS, AGENT_SOURCE } from '../../src/container/agent/agent-program.ts';
import { isStatic } from '../../src/container/busybox.ts';
import { hostileText } from '../network/hostile-text.ts';

const SOURCE = new URL('../../src/container/agent/agent.c', import.meta.url);
const MACHINES = { amd64: 62, arm64: 183 };
const HERE = { x64: 'amd64', arm64: 'arm64' }[String(process.arch)] ?? '';

let folder: string;
let agent: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'chaos-agent-')));
  agent = join(folder, 'agent');
  await writeFile(agent, agentProgram(HERE) ?? '');
  await chmod(agent, 0o700);
});
afterAll(() => rm(folder, { recursive: true }));

interface Ended {
  readonly code: number;
  readonly output: string;
  readonly complaint: string;
}

/** Runs the agent on this machine; its file system is that of this process. */
function run(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(agent, args, { encoding: 'latin1' }, (error, output, complaint) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output, complaint });
    });
    child.stdin?.end();
  });
}

describe('the agent', () => {
  it('was compiled from the source beside it (else run build-agent.mjs)', async () => {
    const digest = createHash('sha256')
      .update(await readFile(SOURCE))
      .digest('hex');
    expect(AGENT_SOURCE).toBe(digest);
  });

  it.each(Object.entries(MACHINES))('needs no library on %s', (architecture, machine) => {
    const program = gunzipSync(Buffer.from(AGENT_PROGRAMS[architecture] ?? '', 'base64'));
    expect(isStatic(program)).toBe(true);
    expect(program.readUInt16LE(18)).toBe(machine);
    expect(program.length).toBeLessThan(65_536);
  });
});

describe.runIf(process.platform === 'linux' && HERE !== '')('the agent on files', () => {
  const file = (root: string, inside: string, name: string, ...verb: readonly string[]) =>
    run('file', '-', String(process.pid), root, inside, name, ...verb);

  it('does not leave the allowed root, by .., by a link in it, or by a link as the name', async () => {
    const root = join(folder, 'root');
    await mkdir(root);
    await writeFile(join(folder, 'secret'), 'secret');
    await symlink(folder, join(root, 'way'));
    await symlink(join(folder, 'secret'), join(root, 'name'));
    expect(await file(root, '..', 'secret', 'read', '100')).toMatchObject({ code: 6, output: '' });
    expect(await file(root, 'way', 'secret', 'read', '100')).toMatchObject({ code: 6, output: '' });
    expect(await file(root, '.', '../secret', 'read', '100')).toMatchObject({ code: 2, output: '' });
    expect((await file(root, '.', 'name', 'read', '100')).code).toBe(6);
    expect(await file(root, '.', 'none', 'look')).toMatchObject({ code: 4 });
    expect(await file(root, 'none', 'none', 'look')).toMatchObject({ code: 5 });
    expect(await file('/', 'proc/sys/kernel', 'hostname', 'look')).toMatchObject({ code: 6 });
    expect(await readFile(join(folder, 'secret'), 'utf8')).toBe('secret');
  });

  it('does not act on a process of another container', async () => {
    const other = await run('file', 'f'.repeat(64), String(process.pid), '/', '.', 'tmp', 'look');
    expect(other).toMatchObject({ code: 3, output: '' });
  });

  it('touches nothing when what it is to write is cut off', async () => {
    const path = join(folder, 'whole');
    await writeFile(path, 'whole');
    const kept = ['-', '-', '-', '-', '-', '-', '-'];
    const cut = await file(folder, '.', 'whole', 'write', '100', 'keep', ...kept);
    expect(cut).toMatchObject({ code: 2, complaint: 'the content was cut off\n' });
    expect(await readFile(path, 'utf8')).toBe('whole');
  });

  it('takes every argument as data: no canary is made', async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        const word = text.replaceAll('\0', '').replaceAll('/run/canary', `${folder}/canary`);
        await run(word);
        await run('look', word, word);
        await run('disk', word);
        await file(folder, word, word, 'look');
        await file(folder, '.', 'whole', word);
        await run('cgroup', '-', String(process.pid), 'get', word);
        await run('cgroup', '-', word, 'set', word, word);
      }),
      { numRuns: 40 },
    );
    await expect(lstat(join(folder, 'canary'))).rejects.toThrow('ENOENT');
  });

  it('stops pressing when whoever started it is gone, and takes its workers along', async () => {
    const mark = `mark-${process.pid}`;
    const child = spawn(agent, ['hold', mark, '-', String(process.pid), 'cpu', '2', '10'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    expect((await run('look', mark, '0')).output.trim().split('\n')).toHaveLength(3);
    const ended = once(child, 'exit');
    child.stdin.end();
    expect(await ended).toEqual([0, null]);
    await expect.poll(async () => (await run('look', mark, '0')).output, { timeout: 15_000 }).toBe('');
  });
});
