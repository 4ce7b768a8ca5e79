import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json, JsonObject } from '@bridge/chaos-core';
import { importChaosToolkit, type RunOptions, runChaosToolkit } from '@bridge/chaos-toolkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MODULE = `
import datetime, os, time
seen = []
def remember(value):
    print('this must not disturb anything')
    seen.append(value)
    return seen
def told(configuration, secrets=None):
    return [configuration, secrets]
def broken(text):
    raise ValueError(text)
def when():
    return {'day': datetime.date(2026, 1, 2), 'pair': (1, 2.0)}
def odd():
    return object()
def forever():
    time.sleep(600)
def stuck(begun):
    tell(begun)
    time.sleep(600)
def until(begun, go_on):
    tell(begun)
    while not os.path.exists(go_on):
        time.sleep(0.01)
    return 'done'
def tell(begun):
    with open(begun + '.new', 'w') as file:
        file.write(str(os.getpid()))
    os.rename(begun + '.new', begun)
def needs(a, b=1):
    return a
`;

let folder = '';
let python = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chaos-python-'));
  await writeFile(join(folder, 'extension_under_test.py'), MODULE);
  // The bridge inherits the environment; the interpreter is told where the module is by a launcher.
  python = join(folder, 'python');
  await writeFile(python, `#!/bin/sh\nPYTHONPATH=${folder} exec python3 "$@"\n`, { mode: 0o755 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const calling = (func: string, given: JsonObject = {}, more: JsonObject = {}): JsonObject => ({
  type: 'probe',
  name: func,
  provider: { type: 'python', module: 'extension_under_test', func, arguments: given, ...more },
});

const native = (func: string): JsonObject => ({
  type: 'action',
  name: func,
  provider: { type: 'python', module: 'this_test', func },
});

const HYPOTHESIS: JsonObject = {
  title: 'h',
  probes: [{ type: 'probe', name: 'p', tolerance: 0, provider: { type: 'process', path: 'true' } }],
};

async function run(method: Json, change: JsonObject = {}, options: RunOptions = {}) {
  const imported = await importChaosToolkit({ json: { title: 't', description: 'd', method, ...change } });
  return await runChaosToolkit(imported, { mode: 'compat', signals: false, python: { command: python }, ...options });
}

describe('the Python bridge', () => {
  it('calls functions of one process, with configuration and secrets where they ask for them', async () => {
    const method = [
      calling('remember', { value: 'one' }),
      calling('remember', { value: '${n}' }),
      calling('told', {}, { secrets: ['s'] }),
      calling('when'),
    ];
    const { journal, exitCode } = await run(method, {
      configuration: { n: 2 },
      secrets: { s: { k: 'v' }, t: { x: 'y' } },
    });
    expect(journal.run.map(({ output }) => output)).toEqual([
      ['one'],
      ['one', 2],
      [{ n: 2 }, { k: 'v' }],
      { day: '2026-01-02', pair: [1, 2] },
    ]);
    expect(exitCode).toBe(0);
  });

  it('fails an activity whose function raises, and breaks off when a result is no JSON', async () => {
    const { journal } = await run([calling('broken', { text: 'no' }), calling('odd')]);
    expect(journal.run[0]).toMatchObject({
      status: 'failed',
      exception: ['chaoslib.exceptions.ActivityFailed: ValueError: no\n'],
    });
    expect(journal.status).toBe('aborted');
  });

  it.each([
    ['missing', {}, 'a function of the Python module'],
    ['needs', {}, "missing a required argument: 'a'"],
    ['needs', { a: 1, c: 2 }, "got an unexpected keyword argument 'c'"],
  ])('refuses a call that does not fit before anything runs: %s %j', async (func, given, reason) => {
    await expect(run([calling(func, given)])).rejects.toThrow(reason);
  });

  it('is ended with the run, also in the middle of a call', async () => {
    const stop = new AbortController();
    const globalControls = [{ name: 'stop', module: { beforeActivity: () => stop.abort() } }];
    const { journal } = await run([calling('forever')], {}, { signal: stop.signal, globalControls });
    expect(journal.status).toBe('interrupted');
  });

  it('is gone before the rollbacks of a call that was cut off, which get a new one', async () => {
    const begun = join(folder, 'stuck');
    const isAlive = (): boolean => existsSync(`/proc/${readFileSync(begun, 'utf8')}`);
    const stop = new AbortController();
    const running = run(
      [calling('stuck', { begun })],
      {
        'steady-state-hypothesis': HYPOTHESIS,
        rollbacks: [native('is_alive'), calling('remember', { value: 'new' })],
      },
      {
        mode: 'strict',
        signal: stop.signal,
        functions: { 'this_test.is_alive': { parameters: [], call: isAlive } },
      },
    );
    await expect.poll(() => existsSync(begun), { timeout: 20_000 }).toBe(true);
    stop.abort();
    const { journal, exitCode } = await running;
    expect([journal.status, exitCode, journal.run[0]?.status]).toEqual(['interrupted', 4, undefined]);
    expect(journal.rollbacks.map(({ output }) => output)).toEqual([false, ['new']]);
  });

  it('lives as long as a call in the background that goes on', async () => {
    const begun = join(folder, 'foreground');
    const background = join(folder, 'background');
    const goOn = join(folder, 'go-on');
    const stop = new AbortController();
    const method = [
      { ...calling('until', { begun: background, go_on: goOn }), background: true },
      calling('stuck', { begun }),
    ];
    const running = run(method, {}, { signal: stop.signal });
    await expect.poll(() => existsSync(begun) && existsSync(background), { timeout: 20_000 }).toBe(true);
    stop.abort();
    await writeFile(goOn, '');
    const { journal } = await running;
    expect(journal.status).toBe('interrupted');
    expect(journal.run.map(({ status, output }) => [status, output])).toEqual([
      ['succeeded', 'done'],
      [undefined, null],
    ]);
  });

  it('is opt-in: without it the file is refused with what to do', async () => {
    const imported = await importChaosToolkit({ json: { title: 't', description: 'd', method: [calling('when')] } });
    const refused = runChaosToolkit(imported, { mode: 'compat', signals: false });
    await expect(refused).rejects.toThrow(
      /method\[0\]\.provider: expected a Python function with a counterpart here.*extension_under_test\.when/,
    );
  });

  it('says so when there is no such interpreter', async () => {
    await expect(run([calling('when')], {}, { python: { command: '/nowhere/python' } })).rejects.toThrow(
      'cannot be started',
    );
  });
});
