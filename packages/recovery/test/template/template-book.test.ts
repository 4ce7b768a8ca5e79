import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '@bridge/chaos-core';
import { virtualClock } from '@bridge/chaos-core/testkit';
import { expect, test } from 'vitest';
import {
  chooseByTemplates,
  definePlaybook,
  drillArm,
  type Experience,
  openTemplateBook,
  type Playbook,
  playbookVersion,
  type TemplateKey,
} from '../../src/index.ts';
import { testFolder } from '../playbook/scene.ts';

const KEY: TemplateKey = { trigger: 'queue-depth', cause: 'backlog', severity: 'major', kind: 'service' };

async function book() {
  const folder = await testFolder();
  const clock = virtualClock();
  const file = join(folder.path, 'experience.jsonl');
  const opened = await openTemplateBook({ file, clock });
  const one = (change: Partial<Experience> = {}): Experience => ({
    key: KEY,
    playbook: 'queue_backlog',
    version: '1',
    arm: 'action',
    outcome: 'resolved',
    actedAt: 100,
    recoveredAt: 200,
    faultEndedAt: null,
    operator: false,
    timeToRecover: 150,
    digest: 'sha256:a',
    at: clock.wall(),
    ...change,
  });
  return {
    clock,
    file,
    opened,
    advice: () => opened.advise(KEY, 'sha256:a')[0],
    async learn(times: number, change: Partial<Experience> = {}) {
      for (let count = 0; count < times; count += 1) await opened.learn(one(change));
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

test('is a recommendation first, and may be used from six successes of six on', async () => {
  await using found = await book();
  await found.learn(5);
  expect(found.advice()).toMatchObject({ use: 'shadow', attributable: 5, successes: 5 });
  await found.learn(1);
  expect(found.advice()).toMatchObject({ use: 'automatic', playbook: 'queue_backlog', version: '1' });
});

test('learns only from what can be put down to the action', async () => {
  await using found = await book();
  await found.learn(10, { operator: true });
  await found.learn(10, { recoveredAt: 50 });
  await found.learn(10, { faultEndedAt: 150 });
  await found.learn(10, { arm: 'no-action', actedAt: null });
  expect(found.advice()).toBeUndefined();
});

test('is demoted by two runs in a row that did not help, however many did before', async () => {
  await using found = await book();
  await found.learn(40);
  await found.learn(1, { outcome: 'ineffective' });
  expect(found.advice()?.use).toBe('automatic');
  await found.learn(1, { outcome: 'worsened' });
  expect(found.advice()?.use).toBe('demoted');
});

test('begins anew with another version, another digest, and after ninety days', async () => {
  await using found = await book();
  await found.learn(8);
  await found.learn(1, { version: '2' });
  expect(found.opened.advise(KEY, 'sha256:a').map(({ version, use }) => `${version} ${use}`)).toEqual([
    '1 automatic',
    '2 shadow',
  ]);
  expect(found.opened.advise(KEY, 'sha256:b')).toEqual([]);
  await found.clock.advance(91 * 86_400_000);
  expect(found.advice()).toBeUndefined();
});

test('says what acting is worth, with its interval, and who never recovered', async () => {
  await using found = await book();
  for (const time of [100, 110, 120, 130, 140, 150, 160, 170]) {
    await found.learn(1, { timeToRecover: time });
    await found.learn(1, { arm: 'no-action', actedAt: null, timeToRecover: time + 1_000 });
  }
  await found.learn(1, { arm: 'no-action', actedAt: null, recoveredAt: null, timeToRecover: null });
  const { shift, ...rest } = found.opened.effect(KEY, 'sha256:a');
  expect(rest).toEqual({ withAction: 8, withoutAction: 8, unrecovered: { withAction: 0, withoutAction: 1 } });
  expect(shift?.estimate).toBeCloseTo(-1_000, 0);
  expect(shift?.interval.high).toBeLessThan(-900);
});

test('outlives the process, also one that died while it wrote', async () => {
  await using found = await book();
  await found.learn(6);
  await appendFile(found.file, '{"key":');
  await openTemplateBook({ file: found.file, clock: found.clock });
  await found.learn(1, { outcome: 'ineffective' });
  const again = await openTemplateBook({ file: found.file, clock: found.clock });
  expect(again.advise(KEY, 'sha256:a')).toMatchObject([{ attributable: 7, successes: 6 }]);
});

test('a share of the drills is left without action', () => {
  const random = seededRandom(1);
  const arms = Array.from({ length: 1_000 }, () => drillArm(random));
  const idle = arms.filter((arm) => arm === 'no-action').length;
  expect(idle).toBeGreaterThan(100);
  expect(idle).toBeLessThan(200);
});

test('of several playbooks that answer, the proven one is taken, and a demoted one never', async () => {
  await using found = await book();
  const make = (name: string): Playbook =>
    definePlaybook({ name, on: ['queue-depth'], steps: [{ id: 'a', action: 'x' }], verify: [{ action: 'y' }] });
  const [first, second] = [make('first'), make('second')];
  const signal = { ...KEY, group: 'orders', data: {} };
  const choose = chooseByTemplates(found.opened, () => ({ kind: 'service', digest: 'sha256:a' }));
  expect(choose(signal, [first, second])).toBe(first);
  await found.learn(6, { playbook: 'second', version: playbookVersion(second) });
  expect(choose(signal, [first, second])).toBe(second);
  await found.learn(2, { playbook: 'second', version: playbookVersion(second), outcome: 'ineffective' });
  expect(choose(signal, [first, second])).toBe(first);
  expect(choose(signal, [second])).toBeUndefined();
});
