import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '@bridge/chaos-core';
import type { Mode } from '@bridge/chaos-toolkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const HOST = fileURLToPath(new URL('./host.ts', import.meta.url));
let folder = '';
const undone = (): string => join(folder, 'undone');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chaos-signals-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

// In the host's own process, so that nothing is left when that is killed.
const waiting = (): JsonObject => ({
  type: 'action',
  name: 'waiting',
  provider: { type: 'python', module: 'time', func: 'sleep', arguments: { secs: 600 } },
});

let files = 0;

async function written(change: JsonObject): Promise<string> {
  files += 1;
  const file = join(folder, `experiment-${files}.json`);
  const probe = { type: 'probe', name: 'p', tolerance: 0, provider: { type: 'process', path: 'true' } };
  const undo = { type: 'action', name: 'undo', provider: { type: 'process', path: 'touch', arguments: [undone()] } };
  const experiment = {
    title: 't',
    description: 'd',
    'steady-state-hypothesis': { title: 'h', probes: [probe] },
    method: [waiting()],
    rollbacks: [undo],
  };
  await writeFile(file, JSON.stringify({ ...experiment, ...change }));
  return file;
}

interface Host extends AsyncDisposable {
  readonly child: ChildProcess;
  /** What the host says next. */
  says(): Promise<unknown>;
}

/** Starts the host with these files, in turn; `launcher` is a program that becomes what it is given. */
async function hostOf(
  runs: readonly { file: string; mode: Mode }[],
  state = '',
  launcher: readonly string[] = [],
): Promise<Host> {
  const list = join(folder, 'list.json');
  await writeFile(list, JSON.stringify(runs));
  const [program, ...words] = [...launcher, process.execPath, '-C', '@bridge/source', HOST, list, state];
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    says: async () => JSON.parse((await lines.next()).value ?? 'null'),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

const always: JsonObject = { runtime: { rollbacks: { strategy: 'always' } } };
const SIGNALS: readonly {
  readonly signal: NodeJS.Signals;
  readonly mode: Mode;
  readonly change?: JsonObject;
  readonly exitCode: number;
  readonly rollbacks: number;
}[] = [
  { signal: 'SIGTERM', mode: 'strict', exitCode: 4, rollbacks: 1 },
  { signal: 'SIGINT', mode: 'strict', exitCode: 4, rollbacks: 1 },
  { signal: 'SIGUSR2', mode: 'strict', exitCode: 4, rollbacks: 1 },
  { signal: 'SIGTERM', mode: 'compat', exitCode: 1, rollbacks: 0 },
  { signal: 'SIGINT', mode: 'compat', change: always, exitCode: 1, rollbacks: 1 },
  { signal: 'SIGUSR1', mode: 'compat', change: always, exitCode: 1, rollbacks: 1 },
  { signal: 'SIGUSR2', mode: 'compat', change: always, exitCode: 1, rollbacks: 0 },
];

describe('a signal during the method', () => {
  it('ends it; rollbacks run in mode strict, and by the strategy in mode compat', { timeout: 60_000 }, async () => {
    const runs = [];
    for (const { mode, change = {} } of SIGNALS) runs.push({ file: await written(change), mode });
    await using host = await hostOf(runs);
    for (const { signal, mode, change = {}, exitCode, rollbacks } of SIGNALS) {
      expect(await host.says()).toEqual({ waiting: true });
      host.child.kill(signal);
      const wanted = { exitCode, status: 'interrupted', run: [null], rollbacks, findings: [] };
      expect(await host.says(), `${signal} in mode ${mode} with ${JSON.stringify(change)}`).toEqual(wanted);
      expect(existsSync(undone())).toBe(rollbacks > 0);
      await rm(undone(), { force: true });
    }
  });
});

describe('a program that may not be killed', () => {
  // Only root can start what it may not kill, once it has given up that right; for anybody else it is just killed.
  const isRoot = process.getuid?.() === 0;
  const launcher = isRoot ? ['setpriv', '--bounding-set=-kill'] : [];
  const asOther = isRoot ? ['setpriv', '--reuid=65534', '--clear-groups'] : ['env'];
  const pidFile = (name: string): string => join(folder, name);
  const pidOf = (name: string): number => Number(readFileSync(pidFile(name), 'utf8'));

  const lasting = (name: string, first: string): JsonObject => {
    const [path, ...others] = asOther;
    const words = [...others, 'sh', '-c', `echo $$ > "$0"; ${first}; exec sleep 600`, pidFile(name)];
    return { type: 'action', name, provider: { type: 'process', path: path ?? '', arguments: words } };
  };

  beforeEach(async () => {
    await chmod(folder, 0o755);
    for (const name of ['wordy', 'silent']) {
      await writeFile(pidFile(name), '');
      await chmod(pidFile(name), 0o666);
    }
  });
  afterEach(() => {
    const left = isRoot ? ['wordy', 'silent'].map(pidOf) : [];
    for (const pid of left) if (pid > 0) process.kill(pid, 'SIGKILL');
  });

  it('does not keep the rollbacks from being played, and is told', { timeout: 60_000 }, async () => {
    const wordy = await written({ method: [lasting('wordy', 'head -c 20000000 /dev/zero')] });
    const silent = await written({ method: [lasting('silent', 'true')] });
    const runs = [wordy, silent].map((file) => ({ file, mode: 'strict' as const }));
    const findings = isRoot ? [{ message: expect.stringContaining('could not be killed') }] : expect.anything();
    await using host = await hostOf(runs, '', launcher);
    expect(await host.says()).toMatchObject({ exitCode: 1, status: 'failed', rollbacks: 1, findings });
    await expect.poll(() => pidOf('silent'), { timeout: 20_000 }).toBeGreaterThan(0);
    host.child.kill('SIGTERM');
    expect(await host.says()).toMatchObject({ exitCode: 4, status: 'interrupted', rollbacks: 1, findings });
  });
});

describe('a fault of this SDK inside the file', () => {
  /** What the kernel says: T is stopped. One that was just woken may run or sleep. */
  const isStopped = (pid: number): boolean => /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] === 'T';
  let subject: ChildProcess;
  beforeEach(() => {
    subject = spawn('sleep', ['600'], { stdio: 'ignore' });
  });
  afterEach(async () => {
    subject.kill('SIGKILL');
    await once(subject, 'exit');
  });

  const pausing = (type: 'bridge' | 'python'): JsonObject => ({
    type: 'action',
    name: 'pause it',
    provider: {
      type,
      ...(type === 'python' ? { module: 'bridge_chaos' } : {}),
      func: 'inject',
      arguments: { type: 'process.pause', target: { process: subject.pid ?? 0 }, as: 'paused' },
    },
  });

  it('is undone where the file says so, at the end of the run, and by the guardian when the host is killed', {
    timeout: 60_000,
  }, async () => {
    const pid = subject.pid ?? 0;
    const revert = {
      type: 'action',
      name: 'resume',
      provider: { type: 'bridge', func: 'revert', arguments: { name: 'paused' } },
    };
    const undoing = await written({ method: [pausing('bridge'), revert, waiting()] });
    const leaving = await written({ method: [pausing('python'), waiting()], rollbacks: [] });
    const runs = [
      { file: undoing, mode: 'strict' as const },
      { file: leaving, mode: 'strict' as const },
      { file: leaving, mode: 'compat' as const },
      { file: leaving, mode: 'strict' as const },
    ];
    await using host = await hostOf(runs, join(folder, 'state'));
    for (const held of [false, true, true]) {
      expect(await host.says()).toEqual({ waiting: true });
      expect(isStopped(pid)).toBe(held);
      host.child.kill('SIGTERM');
      expect(await host.says()).toMatchObject({ status: 'interrupted' });
      expect(isStopped(pid)).toBe(false);
    }
    expect(await host.says()).toEqual({ waiting: true });
    expect(isStopped(pid)).toBe(true);
    host.child.kill('SIGKILL');
    await expect.poll(() => isStopped(pid), { timeout: 40_000 }).toBe(false);
  });
});
