import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  definePlaybook,
  LeaderElector,
  type LeaseStore,
  memoryLeases,
  type Playbook,
  playbooks,
  step,
} from '../../src/index.ts';
import { standingThat } from '../leadership/standing-that.ts';
import { expectValue, SIGNAL, testFolder, writeValue } from './scene.ts';

/** Leases that answer only while they are open. */
function door(store: LeaseStore) {
  let open = true;
  const leases: LeaseStore = new Proxy(store, {
    get(target, name) {
      const verb: unknown = Reflect.get(target, name);
      if (typeof verb !== 'function') return verb;
      return (...args: unknown[]) =>
        open ? Reflect.apply(verb, target, args) : Promise.reject(new Error('the store does not answer'));
    },
  });
  const set = (isOpen: boolean): void => {
    open = isOpen;
  };
  return { leases, open: set };
}

function twoSteps(file: string): Playbook {
  return definePlaybook({
    name: 'fix',
    on: ['queue-*'],
    coolDown: 0,
    // A lease lasts for as long as the step that it was asked for.
    steps: [
      { ...step('one', writeValue, { file, value: 'half' }), timeout: '1s' },
      { ...step('two', writeValue, { file, value: 'fixed' }), timeout: '1s' },
    ],
    verify: [{ action: 'expect_value', with: { file, values: ['fixed'] } }],
  });
}

test('a run whose term ends between two steps goes on in the next one', async () => {
  await using folder = await testFolder();
  const file = join(folder.path, 'value');
  await writeFile(file, 'broken');
  const { leases, open } = door(memoryLeases());
  const elector = LeaderElector.start({ leases, node: 'a', ttl: '2s' });
  await standingThat(elector, ({ role }) => role === 'leader');
  await using engine = await playbooks({
    playbooks: [twoSteps(file)],
    actions: [writeValue, expectValue],
    folder: join(folder.path, 'runs'),
    leadership: elector,
  });
  engine.on(({ type }) => {
    if (type === 'playbook:step-done') open(false);
  });
  const handled = await engine.handle(SIGNAL);
  if (!handled.accepted) throw new Error(handled.reason);
  await standingThat(elector, ({ role }) => role === 'unknown');
  expect(await readFile(file, 'utf8')).toBe('half');
  open(true);
  expect(await handled.outcome).toBe('resolved');
  expect(await readFile(file, 'utf8')).toBe('fixed');
  expect(engine.recent.map(({ type }) => type)).not.toContain('playbook:step-failed');
  await elector.close();
});

test('a run that was left by a former life waits until this one leads', async () => {
  await using folder = await testFolder();
  const file = join(folder.path, 'value');
  const runs = join(folder.path, 'runs');
  await writeFile(file, 'broken');
  {
    await using engine = await playbooks({
      playbooks: [twoSteps(file)],
      actions: [writeValue, expectValue],
      folder: runs,
    });
    const left = new Promise((resolve) =>
      engine.on(({ type }) => type === 'playbook:step-done' && resolve(engine.close())),
    );
    const handled = await engine.handle(SIGNAL);
    if (handled.accepted) await expect(handled.outcome).rejects.toThrow('closed');
    await left;
  }
  const { leases, open } = door(memoryLeases());
  open(false);
  const elector = LeaderElector.start({ leases, node: 'a', ttl: '2s' });
  await using engine = await playbooks({
    playbooks: [twoSteps(file)],
    actions: [writeValue, expectValue],
    folder: runs,
    leadership: elector,
  });
  expect(elector.standing.role).toBe('unknown');
  expect(await readFile(file, 'utf8')).toBe('half');
  open(true);
  await expect.poll(() => engine.recent.map(({ type }) => type), { timeout: 20_000 }).toContain('playbook:ended');
  expect(await readFile(file, 'utf8')).toBe('fixed');
  await elector.close();
});
