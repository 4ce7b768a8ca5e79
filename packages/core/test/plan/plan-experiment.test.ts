import { describe, expect, test } from 'vitest';
import type { ExperimentPlan, PlannedFaultStep } from '../../src/plan/experiment-plan.ts';
import { pickStream } from '../../src/target/pick-stream.ts';
import { BOXES, boxes } from '../experiment/fixture.ts';
import { planOf, planPlugin } from './fixture.ts';

const slow = (name: string, more: object = {}) => ({
  type: 'box.slow',
  target: { box: name },
  params: { delay: '400ms' },
  for: '10s',
  ...more,
});

const faultSteps = ({ steps }: ExperimentPlan): PlannedFaultStep[] => steps.filter((step) => step.kind === 'fault');

function picked(step: PlannedFaultStep | undefined): string[] {
  return step?.outcome.state === 'ready' ? step.outcome.faults.map(({ target }) => target.name) : [];
}

describe('a plan', () => {
  test('says what would be done to exactly what, in plain JSON, without calling a verb that acts', async () => {
    const plan = await planOf({
      name: 'slow payments',
      faults: [slow('payments'), { type: 'box.crash', target: { box: 'mail' } }],
    });
    expect(plan).toMatchObject({ experiment: 'slow payments', seed: 42, ready: true, obstacles: [], lease: 10_000 });
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
    const [first, second] = faultSteps(plan);
    expect(first?.outcome).toMatchObject({
      state: 'ready',
      matched: 1,
      explanation: 'all 1 of 1',
      faults: [
        {
          target: BOXES[0],
          description: 'payments answers 400 ms late',
          hold: 10_000,
          touches: ['network of payments'],
          feasibility: { possible: true, path: 'tc' },
          allowed: true,
        },
      ],
    });
    expect(second).toMatchObject({ risk: 'critical', momentary: true, at: 10_000 });
    expect(second?.outcome).toMatchObject({ faults: [{ hold: null, description: 'box.crash on box "mail"' }] });
  });

  test('has the opinion of every guard, in the order they are asked', async () => {
    const [step] = faultSteps(await planOf({ name: 'x', faults: [slow('payments')] }));
    const rules = step?.outcome.state === 'ready' ? step.outcome.faults[0]?.opinions.map(({ rule }) => rule) : [];
    expect(rules?.slice(0, 3)).toEqual(['armed', 'emergency-stop', 'protected']);
    expect(rules).toContain('blast-radius');
  });

  test('lays the steps out in time', async () => {
    const plan = await planOf({
      name: 'x',
      baseline: '5s',
      faults: [
        slow('payments', { id: 'a' }),
        {
          parallel: [
            { serial: [{ delay: '3s' }, slow('orders', { id: 'b' })] },
            slow('mail', { id: 'c', for: undefined }),
          ],
        },
        { repeat: 2, steps: [{ delay: '1s' }, slow('stock', { id: 'd', for: '2s' })] },
      ],
    });
    expect(plan.phases).toEqual({ baseline: 5_000, method: 29_000, recovery: 60_000, maxDuration: 900_000 });
    expect(plan.steps.map(({ id, at, iteration }) => [id, at, iteration])).toEqual([
      ['a', 5_000, []],
      ['step-2-1-1', 15_000, []],
      ['c', 15_000, []],
      ['b', 18_000, []],
      ['step-3-1', 28_000, [0]],
      ['d', 29_000, [0]],
      ['step-3-1', 31_000, [1]],
      ['d', 32_000, [1]],
    ]);
    const c = faultSteps(plan).find(({ id }) => id === 'c');
    // Without `for` it is held until all steps are done.
    expect(c?.outcome).toMatchObject({ faults: [{ hold: 19_000 }] });
  });
});

describe('targets', () => {
  const half = { name: 'x', faults: [slow('', { id: 'half', target: { box: {}, pick: '50%' } })] };

  test('are the same for the same seed, and what the run picks from the same stream', async () => {
    const [once] = faultSteps(await planOf(half));
    const [again] = faultSteps(await planOf(half));
    expect(picked(once)).toHaveLength(2);
    expect(picked(again)).toEqual(picked(once));
    expect(once?.outcome).toMatchObject({ matched: 5, explanation: '2 of 5: 50% is 2.5, rounded down to 2' });
    const byName = [...BOXES].sort((a, b) => (a.name < b.name ? -1 : 1));
    const drawn = pickStream(42, 'half').shuffle(byName).slice(0, 2);
    expect(picked(once)).toEqual(drawn.map(({ name }) => name).sort());
  });

  test('differ between seeds', async () => {
    const plans = await Promise.all(Array.from({ length: 10 }, (_, seed) => planOf(half, { seed })));
    expect(new Set(plans.map((plan) => picked(faultSteps(plan)[0]).join())).size).toBeGreaterThan(1);
  });

  test('are picked anew in every round of a repeat', async () => {
    const plan = await planOf({ name: 'x', faults: [{ repeat: 10, steps: half.faults }] });
    const rounds = faultSteps(plan).map(picked);
    expect(rounds).toHaveLength(10);
    expect(new Set(rounds.map((names) => names.join())).size).toBeGreaterThan(1);
  });
});

test('a source is asked once for the same thing, however often a step is repeated', async () => {
  const source = boxes();
  let asked = 0;
  const counting = {
    ...source,
    find: async (...given: Parameters<typeof source.find>) => {
      asked += 1;
      return source.find(...given);
    },
  };
  const plugin = { ...planPlugin, targets: [counting] };
  const plan = await planOf({ name: 'x', faults: [{ repeat: 50, steps: [slow('mail'), slow('stock')] }] }, { plugin });
  expect(faultSteps(plan)).toHaveLength(100);
  expect(asked).toBe(2);
});

describe('what stands in the way is in the plan', () => {
  test.each([
    [
      'nothing matches',
      slow('paymnts'),
      'step-1: expected at least one box for {"box":"paymnts"}, got none; near: payments',
    ],
    ['a plain name matches more than one', slow('*'), 'step-1: expected exactly one box for {"box":"*"}, got 5'],
    ['the fault cannot', slow('search'), 'step-1: impossible on search: search has no network; choose another box'],
    [
      'a value from the configuration does not fit',
      slow('mail', { params: { delay: '${configuration.word}' } }),
      'step-1: params of box.slow: delay: expected a duration',
    ],
    [
      'a path leads nowhere in the configuration',
      slow('mail', { params: { delay: '${configuration.word.length}' } }),
      'step-1: a template leads nowhere: faults[0].params.delay: expected ${…} to name something in configuration.word',
    ],
  ])('when %s', async (_, step, line) => {
    const plan = await planOf({ name: 'x', configuration: { word: 'hello' }, faults: [step] });
    expect(plan.ready).toBe(false);
    expect(plan.obstacles).toEqual([expect.stringContaining(line)]);
  });

  test('when a guard refuses, as things would stand at that time', async () => {
    const together = { parallel: [slow('mail'), slow('orders'), slow('payments')] };
    const limited = { safety: { maxActiveFaults: 2 } };
    const plan = await planOf({ name: 'x', faults: [together] }, limited);
    expect(plan.obstacles).toEqual([
      'step-1-3: rule "blast-radius" refuses payments: too many faults would be alive at once (is 3 active faults, limit maxActiveFaults 2); wait until one is reverted',
    ]);
    const oneByOne = await planOf({ name: 'x', faults: together.parallel }, limited);
    expect(oneByOne.obstacles).toEqual([]);
  });

  test('when too many of a group would be under fault at once', async () => {
    const faults = [slow('', { target: { box: { group: 'shop' } } })];
    const plan = await planOf({ name: 'x', faults }, { safety: { maxShareOfGroup: 0.5 } });
    expect(plan.obstacles.map((line) => line.replace(/:.*?refuses/, ': refuses').slice(0, 70))).toEqual([
      expect.stringContaining('refuses payments'),
      expect.stringContaining('refuses stock'),
    ]);
  });

  test('when a window will have closed by then', async () => {
    const safety = { windows: [{ from: '00:00', to: '00:01' }] };
    const faults = [slow('mail', { id: 'early' }), { delay: '2m' }, slow('mail', { id: 'late' })];
    const plan = await planOf({ name: 'x', faults }, { safety });
    expect(plan.obstacles).toEqual([expect.stringMatching(/^late: rule "window" refuses mail: no window is open now/)]);
  });

  test('and an experiment whose own values cannot be read has no plan', async () => {
    const input = {
      name: 'x',
      configuration: { a: { env: 'NOT_SET' } },
      secrets: { b: { file: '/no/such/file' } },
      faults: [slow('mail')],
    };
    const planning = planOf(input);
    await expect(planning).rejects.toThrow(expect.objectContaining({ code: 'CHAOS_CONFIGURATION_MISSING' }));
    await expect(planning).rejects.toThrow(/configuration\.a: .*NOT_SET[\s\S]*secrets\.b: .*\/no\/such\/file/);
  });
});

describe('steps that depend', () => {
  test('on what is known are decided', async () => {
    const plan = await planOf({
      name: 'x',
      configuration: { stage: 'test' },
      faults: [
        slow('mail', { id: 'a', when: { value: '${configuration.stage}', equals: 'live' } }),
        { serial: [slow('orders', { id: 'b' })], when: { value: '${outputs.a.targets}', exists: true } },
        slow('stock', { id: 'c', when: { value: '${outputs.a.skipped}', exists: true } }),
        slow('', { id: 'd', target: { box: 'nobody', onEmpty: 'skip' } }),
      ],
    });
    expect(faultSteps(plan).map(({ id, outcome }) => [id, outcome.state])).toEqual([
      ['a', 'skipped'],
      ['b', 'skipped'],
      ['c', 'ready'],
      ['d', 'skipped'],
    ]);
    expect(faultSteps(plan)[0]?.outcome).toEqual({ state: 'skipped', reason: 'expected "live", got "test"' });
    expect(plan.ready).toBe(true);
  });

  test('on the targets of an earlier step get the planned ones', async () => {
    const first = slow('', { id: 'first', target: { box: { group: 'shop' }, pick: 1 } });
    const again = slow('', { target: { box: '${outputs.first.targets.0.name}' } });
    const [one, two] = faultSteps(await planOf({ name: 'x', faults: [first, again] }));
    expect(picked(one)).toHaveLength(1);
    expect(picked(two)).toEqual(picked(one));
  });

  test('on what only the run can tell say so', async () => {
    const plan = await planOf({
      name: 'x',
      steadyState: { probes: [{ name: 'shop', type: 'look', at: 'door' }] },
      faults: [
        { probe: 'shop', id: 'seen' },
        slow('mail', { id: 'a', params: { delay: '${outputs.seen.value}' } }),
        slow('mail', { id: 'b', when: { value: '${outputs.seen.health}', equals: 'healthy' } }),
      ],
    });
    const [a, b] = faultSteps(plan);
    expect(a?.outcome).toEqual({ state: 'deferred', reason: '${outputs.seen.value} is known only during the run' });
    expect(b).toMatchObject({ depends: ['${outputs.seen.health}'], outcome: { state: 'ready' } });
  });
});

describe('secrets', () => {
  test('are used and never shown', async () => {
    const variables = { API_TOKEN: 'hunter2-hunter2' };
    const secret = { secrets: { token: { env: 'API_TOKEN' } } };
    const params = { delay: 1, note: ', with ${secrets.token}' };
    const plan = await planOf({ name: 'x', ...secret, faults: [slow('mail', { params })] }, { variables });
    expect(plan.ready).toBe(true);
    expect(JSON.stringify(plan)).not.toContain('hunter2');
    const broken = await planOf(
      { name: 'x', ...secret, faults: [slow('mail', { params: { delay: '${secrets.token}' } })] },
      { variables },
    );
    expect(broken.obstacles).toHaveLength(1);
    expect(JSON.stringify(broken)).not.toContain('hunter2');
  });
});

describe('warnings', () => {
  test('tell what is allowed and probably not meant', async () => {
    const plan = await planOf({
      name: 'x',
      secrets: { token: 'written down' },
      maxDuration: '1m',
      faults: [
        { parallel: [slow('mail', { id: 'a' }), slow('mail', { id: 'b', for: '20m' })] },
        slow('orders', { id: 'c', for: undefined }),
      ],
    });
    expect(plan.warnings).toEqual([
      'there is no probe: nothing is measured, so the verdict can only be inconclusive',
      'secrets.token is written into the experiment: whoever reads it knows it; use env or file',
      'baseline and steps take 1200000 ms, the run is stopped after maxDuration 60000 ms',
      'b: for 1200000 ms is cut to safety.maxHold 900000 ms',
      'c: nothing follows it and it has no `for`, so it is reverted as soon as it is proven',
      'b and a touch network of mail at the same time: the later one would be refused',
    ]);
  });
});
