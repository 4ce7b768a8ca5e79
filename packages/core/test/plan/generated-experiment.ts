import fc from 'fast-check';

/** Experiments that are valid for the plugin of the fixture, in every form they can be written in. */

/** The generator knows that some texts break a parser, and `${}` is among them: here it would be an unknown reference. */
const isNoTemplate = (value: unknown): boolean => !JSON.stringify(value).includes('${');
/** A key of this name is refused wherever it stands. */
const isPlain = (value: unknown): boolean => !JSON.stringify(value).includes('"__proto__"');

const duration = fc.oneof(
  fc.nat(60_000),
  fc
    .tuple(fc.integer({ min: 1, max: 900 }), fc.constantFrom('ms', 's', 'm', ' seconds'))
    .map(([n, unit]) => `${n}${unit}`),
);
const hold = duration.map((value) => (value === 0 ? 1 : value));
const share = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.integer({ min: 0, max: 100 }).map((n) => `${n}%`),
);
const name = fc.constantFrom('payments', 'orders', 'stock', 'mail', 'search', 'nobody', '${configuration.box}');

const target = fc.oneof(
  name.map((box) => ({ box })),
  fc.record(
    {
      box: fc.oneof(name, fc.record({ group: fc.constantFrom('shop', 'none'), name }, { requiredKeys: [] })),
      pick: fc.constantFrom('all', 'only', 1, 3, '50%', 'up to 34.5%', '100%'),
      onEmpty: fc.constantFrom('error', 'skip'),
    },
    { requiredKeys: ['box'] },
  ),
);

const when = fc.oneof(
  fc.record({ value: fc.constant('${configuration.count}'), above: fc.integer(), below: fc.integer() }),
  fc.record({ value: fc.constantFrom('${configuration.box}', '${outputs.first.at}'), exists: fc.boolean() }),
  fc.record({
    value: fc.constant('${outputs.first.value}'),
    equals: fc.jsonValue({ maxDepth: 1 }).filter((value) => isNoTemplate(value) && isPlain(value)),
  }),
  fc.record({ value: fc.constant('a ${configuration.box}'), matches: fc.constantFrom('^a', 'pay(ments)?$', '[xyz]+') }),
);

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 3 });

const slow = fc.record({
  type: fc.constant('box.slow'),
  target,
  params: fc.oneof(
    fc.record({ delay: duration }),
    fc.record({ delay: fc.constantFrom('${configuration.delay}', '${configuration.count}') }),
    fc.record({ delay: duration, note: fc.constantFrom('', ' ${secrets.token}', '$${no}', '${outputs.first.value}') }),
  ),
  for: maybe(hold),
  when: maybe(when),
});

const crash = fc.record({ type: fc.constant('box.crash'), target, for: maybe(hold), when: maybe(when) });
const delay = fc.record({ delay: duration, when: maybe(when) });
const look = fc.record({ probe: fc.constant('shop'), when: maybe(when) });
const load = fc.record({
  load: fc.record({ type: fc.constant('steady'), rate: fc.integer({ min: 1 }) }),
  for: maybe(hold),
});

const { step } = fc.letrec<{ step: object; steps: object[] }>((tie) => ({
  step: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 6, arbitrary: slow },
    { weight: 2, arbitrary: crash },
    { weight: 1, arbitrary: delay },
    { weight: 1, arbitrary: look },
    { weight: 1, arbitrary: load },
    { weight: 2, arbitrary: fc.record({ serial: tie('steps'), when: maybe(when) }) },
    { weight: 2, arbitrary: fc.record({ parallel: tie('steps'), when: maybe(when) }) },
    { weight: 2, arbitrary: fc.record({ repeat: fc.integer({ min: 1, max: 4 }), steps: tie('steps') }) },
  ),
  steps: fc.array(tie('step'), { minLength: 1, maxLength: 3 }),
}));

const limits = fc
  .record({ success: maybe(share), p50: maybe(duration), p95: maybe(duration), p99: maybe(duration) })
  .filter((given) => Object.values(given).some((limit) => limit !== undefined));

const stop = fc.oneof(
  fc.record({ cpuAbove: share, over: maybe(hold) }),
  fc.record({ probe: fc.constant('shop'), successBelow: share, p95Above: maybe(duration) }),
  fc.record({ probe: fc.constant('shop'), errorBudgetSpent: share, slo: share }),
);

export const validExperiment = fc
  .record({
    name: fc.string({ minLength: 1, maxLength: 40 }).filter(isNoTemplate),
    description: maybe(fc.string().filter(isNoTemplate)),
    tags: maybe(fc.array(fc.string({ minLength: 1 }).filter(isNoTemplate), { maxLength: 3 })),
    seed: maybe(fc.nat()),
    baseline: maybe(duration),
    load: maybe(fc.constant({ type: 'steady', rate: 5 })),
    objectives: fc.array(limits, { maxLength: 2 }),
    faults: fc.array(step, { minLength: 1, maxLength: 4 }),
    recovery: maybe(
      fc.record({ within: fc.constantFrom('1m', 90_000), hold: fc.integer({ min: 0, max: 60_000 }), success: share }),
    ),
    expect: maybe(fc.constantFrom('held', 'recovered')),
    stopWhen: maybe(fc.array(stop, { maxLength: 2 })),
    maxDuration: maybe(hold),
  })
  .map(({ objectives, faults, ...facts }) => ({
    ...facts,
    configuration: { box: 'payments', count: 3, delay: { env: 'DELAY', default: '250ms' } },
    secrets: { token: { env: 'TOKEN' } },
    steadyState: {
      probes: [{ name: 'shop', type: 'look', at: 'the ${configuration.box} door' }],
      objectives: objectives.map((objective) => ({ probe: 'shop', ...objective })),
    },
    faults: [{ probe: 'shop', id: 'first' }, ...faults],
  }));

type Valid = typeof validExperiment extends fc.Arbitrary<infer Experiment> ? Experiment : never;

const badStep = fc.constantFrom<readonly [object | string | null, string]>(
  [{ type: 'box.slwo', target: { box: 'mail' } }, '.type'],
  [{ type: 'box.slow', target: { bux: 'mail' }, params: { delay: 1 } }, '.target'],
  [{ type: 'box.slow', target: { box: 'mail', pick: 'some' }, params: { delay: 1 } }, '.target.pick'],
  [{ type: 'box.slow', target: { box: { nme: 'mail' } }, params: { delay: 1 } }, '.target.box.nme'],
  [{ type: 'box.slow', target: { box: 'mail' }, params: {} }, '.params.delay'],
  [{ type: 'box.slow', target: { box: 'mail' }, params: { delay: '3 parsecs' } }, '.params.delay'],
  [{ type: 'box.slow', target: { box: 'mail' }, params: { delay: 1, dealy: 2 } }, '.params.dealy'],
  [{ type: 'box.slow', target: { box: 'mail' }, params: { delay: '${configuration.none}' } }, '.params.delay'],
  [{ type: 'box.crash', target: { box: '${outputs.never.x}' } }, '.target.box'],
  [{ type: 'box.crash', target: { box: 'mail' }, for: -1 }, '.for'],
  [{ type: 'box.crash', target: { box: 'mail' }, id: 'first' }, '.id'],
  [{ type: 'box.crash', target: { box: 'mail' }, id: '1 2' }, '.id'],
  [{ delay: '1 fortnight' }, '.delay'],
  [{ delay: 1, untl: 2 }, '.untl'],
  [{ repeat: 1_001, steps: [{ delay: 1 }] }, '.repeat'],
  [{ repeat: 2, steps: [] }, '.steps'],
  [{ probe: 'door' }, '.probe'],
  [{ load: { type: 'stedy', rate: 1 } }, '.load.type'],
  [{ load: { type: 'steady', rate: 0 } }, '.load.rate'],
  [{ delay: 1, when: { value: 1 } }, '.when'],
  [{ delay: 1, when: { value: 'a', matches: '(?=a)' } }, '.when.matches'],
  [{ when: { value: 1, equals: 1 } }, ''],
  ['delay', ''],
  [null, ''],
);

/** Where a broken step may stand, and the path that leads there. */
const around = fc.constantFrom<readonly [(step: unknown) => unknown, string]>(
  [(bad) => bad, ''],
  [(bad) => ({ serial: [{ delay: 1 }, bad] }), '.serial[1]'],
  [(bad) => ({ parallel: [bad] }), '.parallel[0]'],
  [(bad) => ({ repeat: 2, steps: [{ serial: [bad] }] }), '.steps[0].serial[0]'],
);

const brokenStep = fc.tuple(validExperiment, badStep, around).map(([valid, [bad, path], [wrap, where]]) => ({
  input: { ...valid, faults: [...valid.faults, wrap(bad)] },
  path: `faults[${valid.faults.length}]${where}${path}`,
}));

const brokenMember = fc
  .tuple(
    validExperiment,
    fc.constantFrom<readonly [object, string]>(
      [{ expcet: 'held' }, 'expcet'],
      [{ name: '' }, 'name'],
      [{ name: 7 }, 'name'],
      [{ faults: [] }, 'faults'],
      [{ faults: undefined }, 'faults'],
      [{ baseline: 'soon' }, 'baseline'],
      [{ seed: -1 }, 'seed'],
      [{ seed: 1.5 }, 'seed'],
      [{ tags: [''] }, 'tags[0]'],
      [{ recovery: { within: '1m', hold: '2m' } }, 'recovery.hold'],
      [{ recovery: { whithin: 1 } }, 'recovery.whithin'],
      [{ expect: 'fine' }, 'expect'],
      [{ stopWhen: [{}] }, 'stopWhen[0]'],
      [{ stopWhen: [{ successBelow: 0.5 }] }, 'stopWhen[0]'],
      [{ maxDuration: null }, 'maxDuration'],
      [{ load: { type: 'steady' } }, 'load.rate'],
      [{ configuration: { '9x': 1 } }, 'configuration.9x'],
      [{ secrets: { token: { env: 'T', defualt: 'x' } } }, 'secrets.token.defualt'],
      [{ steadyState: { probes: [{ name: 'shop', type: 'look' }] } }, 'steadyState.probes[0].at'],
      [{ steadyState: { objectives: [{ probe: 'nobody', success: 1 }] } }, 'steadyState.objectives[0].probe'],
    ),
  )
  .map(([valid, [member, path]]) => ({ input: { ...valid, ...member }, path }));

export const invalidExperiment = fc.oneof(brokenStep, brokenMember);

/** A valid experiment with anything at all somewhere in it. */
export const arbitraryExperiment = fc
  .tuple(validExperiment, fc.nat(), fc.jsonValue({ maxDepth: 3 }))
  .map(([valid, place, anything]) => replaced(valid, place, anything));

function replaced(valid: Valid, place: number, anything: unknown): unknown {
  const paths = leaves(valid, []);
  const path = paths[place % paths.length] ?? [];
  const copy: unknown = structuredClone(valid);
  const parent = path.slice(0, -1).reduce<unknown>((value, key) => Reflect.get(Object(value), key), copy);
  const last = path.at(-1);
  if (last !== undefined) Reflect.set(Object(parent), last, anything);
  return copy;
}

function leaves(value: unknown, path: readonly string[]): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, member]) => leaves(member, [...path, key]))].filter(
    (each) => each.length > 0,
  );
}
