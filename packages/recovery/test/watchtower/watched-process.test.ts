import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf, systemClock } from '@bridge/chaos-core';
import { expect, test } from 'vitest';
import { processServices, type WatchedProcessInput, Watchtower } from '../../src/index.ts';
import { type Folder, testFolder } from '../playbook/scene.ts';

const CONTEXT = { signal: new AbortController().signal, clock: systemClock, log: console, idempotencyKey: 'test' };
const LIVES = [process.execPath, '--eval', 'setInterval(() => {}, 1000)'] as const;
const STARTING = fileURLToPath(new URL('./starting-process.ts', import.meta.url));

function worker({ path }: Folder, command: WatchedProcessInput['command'] = [...LIVES]): WatchedProcessInput {
  return { name: 'worker', command, pidFile: join(path, 'worker.pid'), stopTimeout: 1_000 };
}

async function pidIn({ path }: Folder): Promise<number> {
  return Number((await readFile(join(path, 'worker.pid'), 'utf8')).split(' ')[0]);
}

function watch(process: WatchedProcessInput): Watchtower {
  const policy = { dryRunFirst: false, backoff: { first: 0, base: 0 }, verify: { hold: 100 }, budget: { restarts: 2 } };
  return new Watchtower({ targets: { docker: false, processes: [process] }, policy }).start();
}

async function seen(tower: Watchtower, type: string, count = 1): Promise<void> {
  const found = (): number => tower.recent.filter((event) => event.type === type).length;
  await expect.poll(found, { timeout: 15_000 }).toBeGreaterThanOrEqual(count);
}

/** Processes that have this in their environment. */
async function runningWith(entry: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^[0-9]+$/.test(name));
  const has = async (pid: string): Promise<boolean> => {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    return environment.split('\0').includes(entry);
  };
  const found = await Promise.all(pids.map(async (pid) => ((await has(pid)) ? [Number(pid)] : [])));
  return found.flat();
}

async function endThoseWith(entry: string): Promise<void> {
  for (const pid of await runningWith(entry)) process.kill(pid, 'SIGKILL');
}

test('a process that does not run is started, and started again when it is killed', async () => {
  await using folder = await testFolder();
  const process_ = worker(folder);
  try {
    await using tower = watch(process_);
    await seen(tower, 'watchtower:effective');
    const first = await pidIn(folder);
    process.kill(first, 'SIGKILL');
    await seen(tower, 'watchtower:effective', 2);
    expect(await pidIn(folder)).not.toBe(first);
  } finally {
    await processServices([process_]).stop('worker', CONTEXT);
  }
});

test('one that runs already is adopted: not started twice, and restarted when it ends', async () => {
  await using folder = await testFolder();
  const process_ = worker(folder);
  const services = processServices([process_]);
  await services.restart('worker', CONTEXT);
  const first = await pidIn(folder);
  try {
    await using tower = watch(process_);
    await seen(tower, 'watchtower:active');
    await expect.poll(() => tower.status.targets[0]?.assessment.is, { timeout: 15_000 }).toBe('fine');
    expect(await pidIn(folder)).toBe(first);
    process.kill(first, 'SIGKILL');
    await seen(tower, 'watchtower:effective');
    expect(await pidIn(folder)).not.toBe(first);
  } finally {
    await services.stop('worker', CONTEXT);
  }
});

test('a file that names another process than the one meant is not believed', async () => {
  await using folder = await testFolder();
  const process_ = worker(folder);
  await writeFile(process_.pidFile, `${process.pid} 1\n`);
  expect(await processServices([process_]).state('worker', CONTEXT)).toBe('stopped');
});

test('one that cannot be started is given up within its budget', async () => {
  await using folder = await testFolder();
  await using tower = watch(worker(folder, ['/no/such/program']));
  await seen(tower, 'watchtower:gave-up');
  const reasons = tower.recent.flatMap((event) => (event.type === 'watchtower:ineffective' ? [event.data.reason] : []));
  expect(reasons[0]).toMatch(
    /CHAOS_RESTART_FAILED: expected process worker to start, got no program \/no\/such\/program/,
  );
});

test('one whose starter is killed before it is heard of is on record all the same, and found again', async () => {
  await using folder = await testFolder();
  const process_ = { ...worker(folder), env: { MARK: folder.path } };
  const services = processServices([process_]);
  const starter = spawn(process.execPath, ['-C', '@bridge/source', STARTING, JSON.stringify(process_)], {
    stdio: 'inherit',
  });
  expect(await once(starter, 'exit')).toEqual([null, 'SIGKILL']);
  await using _ended = { [Symbol.asyncDispose]: () => endThoseWith(`MARK=${folder.path}`) };
  await expect.poll(() => services.state('worker', CONTEXT), { timeout: 20_000 }).toBe('running');
});

test('one that cannot be put on record does not begin', async () => {
  await using folder = await testFolder();
  // Its temporary name is longer than a file system takes: the same to the writer as a full disk.
  const pidFile = join(folder.path, 'p'.repeat(255));
  const services = processServices([{ ...worker(folder, ['sleep', '86399']), pidFile, env: { MARK: folder.path } }]);
  await using _ended = { [Symbol.asyncDispose]: () => endThoseWith(`MARK=${folder.path}`) };
  const restart = services.restart('worker', CONTEXT).catch(messageOf);
  expect(await restart).toMatch(/CHAOS_RESTART_FAILED.*File name too long/);
  expect(await runningWith(`MARK=${folder.path}`)).toEqual([]);
});

test('it gets its arguments and its environment as they are written, whatever is in them', async () => {
  await using folder = await testFolder();
  const file = join(folder.path, 'got');
  const program = `
    const { argv, env } = process;
    require('node:fs').writeFileSync(argv[1], JSON.stringify([argv.slice(2), env['a.b'], env.QUOTES]));
    setInterval(() => {}, 1000)`;
  const words = ['$(exit 1)', "it's", 'a  b', '', '*'];
  const env = { 'a.b': 'x y', QUOTES: '"\'', PATH: '/nowhere' };
  const one = { ...worker(folder, [process.execPath, '--eval', program, file, ...words]), env };
  const services = processServices([one]);
  await services.restart('worker', CONTEXT);
  try {
    const got = async (): Promise<unknown> => JSON.parse(await readFile(file, 'utf8').catch(() => 'null'));
    await expect.poll(got, { timeout: 20_000 }).toEqual([words, 'x y', '"\'']);
  } finally {
    await services.stop('worker', CONTEXT);
  }
});

test('a process is paused and resumed as a service, also one that has to be stopped while paused', async () => {
  await using folder = await testFolder();
  const services = processServices([worker(folder)]);
  await services.restart('worker', CONTEXT);
  await services.pause('worker', CONTEXT);
  expect(await services.state('worker', CONTEXT)).toBe('paused');
  await services.resume('worker', CONTEXT);
  expect(await services.state('worker', CONTEXT)).toBe('running');
  await services.pause('worker', CONTEXT);
  await services.stop('worker', CONTEXT);
  expect(await services.state('worker', CONTEXT)).toBe('stopped');
});

test('two of one name are refused', () => {
  const twice = { name: 'a', command: ['x'] as [string], pidFile: '/x' };
  expect(() => processServices([twice, twice])).toThrow(/CHAOS_WATCHTOWER_INVALID.*a twice/);
});
