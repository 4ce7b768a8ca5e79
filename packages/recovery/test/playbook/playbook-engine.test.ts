import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { virtualClock } from '@bridge/chaos-core/testkit';
import { describe, expect, test } from 'vitest';
import {
  definePlaybook,
  type Handled,
  type Outcome,
  type PlaybookEngine,
  type PlaybookEngineOptions,
  type PlaybookInput,
  playbooks,
  step,
} from '../../src/index.ts';
import { expectValue, SIGNAL, testFolder, writeValue } from './scene.ts';

interface Scene extends AsyncDisposable {
  readonly engine: PlaybookEngine;
  readonly file: string;
  value(): Promise<string>;
  put(value: string): Promise<void>;
  handle(signal?: Partial<typeof SIGNAL>): Promise<Outcome>;
}

type Options = Partial<Omit<PlaybookEngineOptions, 'folder'>> & { readonly playbook?: Partial<PlaybookInput> };

/** The file starts as "broken"; "fixed" is good, "better" half-way, everything else bad. */
async function scene({ playbook = {}, ...options }: Options = {}): Promise<Scene> {
  const folder = await testFolder();
  const file = join(folder.path, 'value');
  await writeFile(file, 'broken');
  const fix = definePlaybook({
    name: 'fix',
    on: ['queue-*'],
    steps: [step('write', writeValue, { file: '${signal.data.file}', value: 'fixed' })],
    verify: [{ action: 'expect_value', with: { file, values: ['fixed', 'better'] } }],
    coolDown: 0,
    ...playbook,
  });
  const engine = await playbooks({
    playbooks: [fix],
    actions: [writeValue, expectValue],
    folder: join(folder.path, 'runs'),
    ...options,
  });
  const data = { ...SIGNAL.data, file };
  return {
    engine,
    file,
    value: () => readFile(file, 'utf8'),
    put: (value) => writeFile(file, value),
    handle: async (signal = {}) => accepted(await engine.handle({ ...SIGNAL, data, ...signal })).outcome,
    async [Symbol.asyncDispose]() {
      await engine.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

function accepted(handled: Handled): Extract<Handled, { readonly accepted: true }> {
  if (!handled.accepted) throw new Error(`refused: ${handled.reason}`);
  return handled;
}

function writing(value: string): Pick<PlaybookInput, 'steps'> {
  return { steps: [step('write', writeValue, { file: '${signal.data.file}', value })] };
}

describe('how a run ends', () => {
  test('resolved when every check is good afterwards', async () => {
    await using world = await scene();
    expect(await world.handle()).toBe('resolved');
    expect(await world.value()).toBe('fixed');
  });

  test('improved when things are better but not good, and what was done stays', async () => {
    await using world = await scene({ playbook: writing('better') });
    expect(await world.handle()).toBe('improved');
    expect(await world.value()).toBe('better');
  });

  test('ineffective when nothing changed, and then its own steps for that outcome are taken', async () => {
    const outcomes = { ineffective: [step('tell', writeValue, { file: '${signal.data.file}', value: 'told' })] };
    await using world = await scene({ playbook: { ...writing('otherwise'), outcomes } });
    expect(await world.handle()).toBe('ineffective');
    expect(await world.value()).toBe('told');
  });

  test('worsened puts back at once what was done', async () => {
    await using world = await scene({ playbook: writing('worse') });
    await world.put('better');
    expect(await world.handle()).toBe('worsened');
    expect(await world.value()).toBe('better');
  });

  test('inconclusive, never resolved, when a check cannot look', async () => {
    await using world = await scene({ playbook: writing('nobody knows') });
    expect(await world.handle()).toBe('inconclusive');
  });

  test('aborted by hand puts back what was done', async () => {
    await using world = await scene({ playbook: { settle: '1h' } });
    const data = { file: world.file };
    const handled = accepted(await world.engine.handle({ ...SIGNAL, data }));
    using _aborting = world.engine.on(({ type }) => {
      if (type === 'playbook:step-done') world.engine.abort(handled.run, 'enough');
    });
    expect(await handled.outcome).toBe('aborted');
    expect(await world.value()).toBe('broken');
  });
});

describe('which steps are taken', () => {
  test('those for the severity, whose guard holds, with what earlier steps gave', async () => {
    const file = '${signal.data.file}';
    await using world = await scene({
      playbook: {
        steps: [
          step('critical-only', writeValue, { file, value: 'wrong' }, { severity: ['critical'] }),
          step(
            'deep-only',
            writeValue,
            { file, value: 'wrong' },
            { guard: { value: '${signal.data.depth}', above: 100 } },
          ),
          step('first', writeValue, { file, value: 'fix' }, { guard: { value: '${signal.data.depth}', above: 10 } }),
          step('second', writeValue, { file, value: '${steps.first.wrote}ed' }),
        ],
      },
    });
    const outcome = await accepted(await world.engine.handle({ ...SIGNAL, data: { depth: 40, file: world.file } }))
      .outcome;
    expect(outcome).toBe('resolved');
    const skipped = world.engine.recent.flatMap((event) =>
      event.type === 'playbook:step-skipped' ? [event.data.step] : [],
    );
    expect(skipped).toEqual(['critical-only', 'deep-only']);
  });

  test('a failed step is tried again, and stops the run when it goes on failing', async () => {
    let calls = 0;
    const flaky = {
      ...writeValue,
      async run(...given: Parameters<typeof writeValue.run>) {
        calls += 1;
        if (calls < 3) throw new Error('not yet');
        return writeValue.run(...given);
      },
    };
    await using world = await scene({
      actions: [flaky, expectValue],
      playbook: { steps: [step('write', writeValue, { file: '${signal.data.file}', value: 'fixed' }, { retries: 2 })] },
      breaker: { failures: 9, openFor: 1_000 },
    });
    expect(await world.handle()).toBe('resolved');
    expect(calls).toBe(3);
  });
});

describe('when nothing is run', () => {
  test('a second signal of the same trouble attaches to the run and gets its outcome', async () => {
    await using world = await scene({ playbook: { settle: 200 } });
    const data = { file: world.file };
    const [first, second] = await Promise.all([
      world.engine.handle({ ...SIGNAL, data }),
      world.engine.handle({ ...SIGNAL, data }),
    ]);
    expect(accepted(second)).toMatchObject({ attached: true, run: accepted(first).run });
    expect(await accepted(second).outcome).toBe('resolved');
  });

  test('in the cool-down after a run, and for a signal nobody answers to', async () => {
    await using world = await scene({ playbook: { coolDown: '1h' } });
    await world.handle();
    expect(await world.engine.handle(SIGNAL)).toEqual({ accepted: false, reason: 'cool-down' });
    expect(await world.engine.handle({ ...SIGNAL, trigger: 'other' })).toEqual({
      accepted: false,
      reason: 'no-playbook',
    });
  });

  test('after three runs that did not help: told once, blocked until somebody lifts it', async () => {
    await using world = await scene({ playbook: writing('otherwise') });
    for (const _ of [1, 2, 3]) expect(await world.handle()).toBe('ineffective');
    expect(await world.engine.handle(SIGNAL)).toEqual({ accepted: false, reason: 'blocked' });
    expect(world.engine.recent.filter(({ type }) => type === 'playbook:escalated')).toHaveLength(1);
    world.engine.unblock(SIGNAL);
    expect(await world.handle()).toBe('ineffective');
  });

  test('while the lever is pulled', async () => {
    await using world = await scene();
    world.engine.hold('change freeze');
    expect(await world.engine.handle(SIGNAL)).toEqual({ accepted: false, reason: 'held' });
    world.engine.unhold();
    expect(await world.handle()).toBe('resolved');
  });

  test('what is critical without an approval; silence is a no', async () => {
    const clock = virtualClock();
    const approve = () => new Promise<never>(() => {});
    await using world = await scene({ clock, approve, playbook: { approval: { timeout: '5m' } } });
    const outcome = world.handle({ severity: 'critical' });
    await expect
      .poll(() => world.engine.recent.map(({ type }) => type), { timeout: 15_000 })
      .toContain('playbook:approval-asked');
    await clock.advance(300_000);
    expect(await outcome).toBe('aborted');
    expect(await world.value()).toBe('broken');
  });

  test('what is critical and was agreed to is run', async () => {
    await using world = await scene({ approve: async () => ({ approved: true, by: 'ann' }) });
    expect(await world.handle({ severity: 'critical' })).toBe('resolved');
  });
});

test('an action that keeps failing is left alone for a while, whichever run asks', async () => {
  const broken = { ...writeValue, run: async () => Promise.reject(new Error('no')) };
  await using world = await scene({ actions: [broken, expectValue] });
  for (const group of ['a', 'b', 'c', 'd']) await world.handle({ group });
  const reasons = world.engine.recent.flatMap((event) =>
    event.type === 'playbook:step-failed' ? [event.data.reason] : [],
  );
  expect(reasons).toEqual(['no', 'no', 'no', expect.stringContaining('left alone')]);
});

test('a playbook that names an action there is none of is refused when the engine is made', async () => {
  await using folder = await testFolder();
  const playbook = definePlaybook({
    name: 'unknown',
    on: ['x'],
    steps: [{ id: 'a', action: 'no_such_action' }],
    verify: [{ action: 'expect_value' }],
  });
  const made = playbooks({ playbooks: [playbook], actions: [expectValue], folder: folder.path });
  await expect(made).rejects.toThrow(/CHAOS_ACTION_UNKNOWN.*no_such_action/);
});

test('options that no action takes are refused when the engine is made; a reference may become anything', async () => {
  await using folder = await testFolder();
  const make = (written: object) =>
    playbooks({
      playbooks: [
        definePlaybook({
          name: 'fix',
          on: ['x'],
          steps: [{ id: 'a', action: 'write_value', with: { file: '/tmp/f', value: 'good', ...written } }],
          verify: [{ action: 'expect_value', with: { file: '/tmp/f', values: ['good'] } }],
        }),
      ],
      actions: [writeValue, expectValue],
      folder: folder.path,
    });
  await expect(make({ value: 7 })).rejects.toThrow(
    /CHAOS_PLAYBOOK_INVALID.*fix: a \(write_value\): with\.value: .*string/,
  );
  await expect(make({ color: 'red' })).rejects.toThrow(/CHAOS_PLAYBOOK_INVALID.*color/);
  await using engine = await make({ value: '${signal.data.value}' });
  expect(engine.recent).toEqual([]);
});

test('a run whose journal cannot be written is refused, and its incident is open again', async () => {
  await using folder = await testFolder();
  const file = join(folder.path, 'value');
  await writeFile(file, 'broken');
  const runs = join(folder.path, 'runs');
  const fix = definePlaybook({
    name: 'fix',
    on: ['queue-*'],
    steps: [step('write', writeValue, { file, value: 'fixed' })],
    verify: [{ action: 'expect_value', with: { file, values: ['fixed'] } }],
    coolDown: 0,
  });
  await using engine = await playbooks({ playbooks: [fix], actions: [writeValue, expectValue], folder: runs });
  await rm(runs, { recursive: true });
  await writeFile(runs, 'in the way');
  await expect(engine.handle(SIGNAL)).rejects.toThrow();
  await rm(runs);
  expect(await accepted(await engine.handle(SIGNAL)).outcome).toBe('resolved');
});
