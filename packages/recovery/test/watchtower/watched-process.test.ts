import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@bridge/chaos-core';
import { expect, test } from 'vitest';
import { processServices, type WatchedProcessInput, Watchtower } from '../../src/index.ts';
import { type Folder, testFolder } from '../playbook/scene.ts';

const CONTEXT = { signal: new AbortController().signal, clock: systemClock, log: console, idempotencyKey: 'test' };
const LIVES = [process.execPath, '--eval', 'setInterval(() => {}, 1000)'] as const;

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
  expect(reasons[0]).toMatch(/CHAOS_RESTART_FAILED: expected process worker to start, got .*ENOENT/);
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
