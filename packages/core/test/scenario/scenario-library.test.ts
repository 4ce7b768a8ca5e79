import { isChaosError } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { libraryOf, like, ONE, parsed } from './fixture.ts';

const where = { folder: '/tmp/some' };

function complaint(action: () => unknown): string {
  try {
    action();
  } catch (thrown) {
    if (isChaosError(thrown)) return thrown.message;
    throw thrown;
  }
  throw new Error('expected an error');
}

describe('a scenario', () => {
  it('becomes an experiment that the engine takes, with the defaults it was written with', () => {
    const { name, faults, baseline, recovery, tags, steadyState } = parsed(
      libraryOf().expand('one', { parameters: { where } }),
    );
    expect({ name, baseline, recovery }).toEqual({
      name: 'one',
      baseline: 10_000,
      recovery: { within: 180_000, hold: 20_000, success: 0.99 },
    });
    expect(faults).toEqual([
      expect.objectContaining({
        kind: 'fault',
        id: 'litter',
        type: 'folder.marker',
        for: 60_000,
        params: { name: 'crumb' },
      }),
    ]);
    expect(tags).toEqual(['scenario:one', 'category:storage', 'complexity:simple']);
    expect(steadyState.probes).toEqual([]);
  });

  it('takes parameters, which a step hands to its disturbance over what the profile says', () => {
    const steps = [
      { disturb: 'litter', profile: 'severe', with: { file: 'x-${parameters.time}' }, target: '${parameters.where}' },
    ];
    const library = libraryOf({ scenarios: [like('two', { steps })] });
    const { faults } = parsed(library.expand('two', { parameters: { where, time: 250 } }));
    expect(faults).toEqual([expect.objectContaining({ params: { name: 'x-250' } })]);
  });

  it('writes a share as a percentage where targets are picked by it', () => {
    const parameters = { ratio: { type: 'share' as const, default: 0.3 } };
    const steps = [{ disturb: 'litter', target: { folder: '/tmp', pick: '${parameters.ratio.percent}' } }];
    const library = libraryOf({ scenarios: [like('two', { parameters, steps, steadyState: {} })] });
    expect(parsed(library.expand('two')).faults).toEqual([
      expect.objectContaining({ target: expect.objectContaining({ pick: '30%' }) }),
    ]);
    expect(complaint(() => library.expand('two', { parameters: { ratio: 3 } }))).toContain(
      'parameters.ratio: expected a share',
    );
  });

  it('leaves other templates to the experiment, and an escaped one as it is', () => {
    const configuration = { name: { literal: 'given' } };
    const steps = [
      { disturb: 'litter', target: '${parameters.where}', with: { file: '${configuration.name}-$${parameters.time}' } },
    ];
    const library = libraryOf({ scenarios: [like('two', { configuration, steps })] });
    const { faults } = parsed(library.expand('two', { parameters: { where } }));
    expect(faults).toEqual([
      expect.objectContaining({ params: { name: '${configuration.name}-$${parameters.time}' } }),
    ]);
  });

  it('lasts shorter by a factor, while its deadlines stay', () => {
    const steps = [
      { delay: '10s' },
      { parallel: [{ serial: [{ disturb: 'litter', target: '${parameters.where}', for: '${parameters.time}' }] }] },
    ];
    const library = libraryOf({ scenarios: [like('two', { steps })] });
    const { baseline, recovery, faults } = parsed(library.expand('two', { parameters: { where }, timeScale: 0.01 }));
    expect({ baseline, recovery }).toEqual({ baseline: 100, recovery: { within: 180_000, hold: 200, success: 0.99 } });
    expect(JSON.stringify(faults)).toContain('"delay":100');
    expect(JSON.stringify(faults)).toContain('"for":600');
    expect(complaint(() => library.expand('two', { parameters: { where }, timeScale: 0 }))).toContain(
      'timeScale: expected a factor above 0',
    );
  });

  it('is observed by what the system under test adds, and a probe from a factory keeps its implementation', () => {
    const watch = { name: 'watch', type: 'custom', every: '50ms' };
    const added = { name: 'added', type: 'custom' };
    const written = libraryOf().expand('one', {
      parameters: { where, watch },
      experiment: {
        steadyState: { probes: [added], objectives: [{ probe: 'added', success: 0.9 }] },
        recovery: { hold: '1s' },
      },
      seed: 5,
    });
    expect(written.steadyState.probes).toEqual([added, watch]);
    expect(written.steadyState.probes[0]).toBe(added);
    expect(written.steadyState.probes[1]).toBe(watch);
    expect(written).toMatchObject({ seed: 5, recovery: { within: '180s', hold: '1s' } });
  });

  it('says every thing that is wrong, with its path', () => {
    const library = libraryOf();
    const given = { wher: where, time: 'soon', watch: 3 };
    const text = complaint(() => library.expand('one', { parameters: given }));
    expect(text).toContain('CHAOS_SCENARIO_INVALID');
    expect(text).toContain('parameters.wher: expected a parameter, got "wher"; did you mean "where"?');
    expect(text).toContain(
      'parameters.where: expected a selector such as { "container": "payments" } (the folder), got nothing',
    );
    expect(text).toContain('parameters.time: expected a duration');
    expect(complaint(() => library.expand('ones'))).toContain(
      'expected the name of a scenario, got "ones"; did you mean "one"?',
    );
  });

  it('names the disturbance, kind of target, profile or parameter that does not exist', () => {
    const wrong = (step: object): string => {
      const library = libraryOf({ scenarios: [like('two', { steps: [{ target: where, ...step }] })] });
      return complaint(() => library.expand('two', { parameters: { where } }));
    };
    expect(wrong({ disturb: 'liter' })).toContain(
      'steps[0].disturb: expected the name of a disturbance, got "liter"; did you mean "litter"?',
    );
    expect(wrong({ disturb: 'litter', target: { proxy: 'db' } })).toContain(
      'steps[0].target: expected a target that litter can be done to (folder), got "proxy"',
    );
    expect(wrong({ disturb: 'litter', profile: 'moderate' })).toContain(
      'steps[0].profile: expected one of light, severe, got "moderate"',
    );
    expect(wrong({ disturb: 'litter', with: { fil: 1 } })).toContain(
      'steps[0].with.fil: expected a parameter, got "fil"; did you mean "file"?',
    );
    expect(wrong({ disturb: 'litter', with: { file: '${parameters.tim}' } })).toContain(
      'expected the name of a parameter, got ${parameters.tim}; did you mean "time"?',
    );
    expect(wrong({ disturb: 'litter', form: 3 })).toContain('steps[0].form: expected no such key');
  });
});

describe('composition', () => {
  const both = like('both', {
    parameters: { where: { type: 'target' } },
    steadyState: {},
    steps: [
      {
        id: 'first',
        use: 'one',
        with: { where: '${parameters.where}', time: '5s', watch: { name: 'watch', type: 'custom' } },
      },
      {
        parallel: [
          {
            id: 'second',
            use: 'one',
            with: { where: '${parameters.where}', watch: { name: 'watch', type: 'custom' } },
          },
          { delay: '1s' },
        ],
      },
    ],
  });

  it('puts the steps of other scenarios in its own, under names of their own, and looks at what they look at', () => {
    const written = libraryOf({ scenarios: [both] }).expand('both', { parameters: { where } });
    expect(written.steadyState.probes).toEqual([{ name: 'watch', type: 'custom' }]);
    const { faults } = parsed({ ...written, steadyState: {} });
    expect(JSON.stringify(faults)).toContain('"id":"first_litter"');
    expect(JSON.stringify(faults)).toContain('"id":"second_litter"');
    expect(faults[0]).toMatchObject({ kind: 'serial', id: 'first', steps: [{ for: 5_000 }] });
  });

  it('keeps references to outputs within what was used', () => {
    const steps = [
      { id: 'litter', disturb: 'litter', target: '${parameters.where}' },
      { delay: '1s', when: { value: '${outputs.litter.targets.0.name}', equals: 'some' } },
    ];
    const library = libraryOf({
      scenarios: [like('inner', { steps }), like('outer', { steps: [{ id: 'a', use: 'inner', with: { where } }] })],
    });
    const { faults } = parsed(library.expand('outer', { parameters: { where } }));
    expect(JSON.stringify(faults)).toContain('${outputs.a_litter.targets.0.name}');
  });

  it('refuses a scenario that uses itself, and two probes of one name that differ', () => {
    const library = libraryOf({
      scenarios: [
        like('a', { steps: [{ use: 'b', with: { where } }] }),
        like('b', { steps: [{ use: 'a', with: { where } }] }),
        like('c', {
          steps: [
            { use: 'one', with: { where, watch: { name: 'w', type: 'custom' } } },
            { use: 'one', with: { where, watch: { name: 'w', type: 'other' } } },
          ],
        }),
      ],
    });
    expect(complaint(() => library.expand('a', { parameters: { where } }))).toContain(
      'expected scenarios that do not use themselves, got a uses b uses a',
    );
    expect(complaint(() => library.expand('c', { parameters: { where } }))).toContain(
      'expected one probe of the name "w", got two that differ',
    );
  });
});

describe('scenarios that would grow without end', () => {
  it('are refused: by the number of uses, their depth, and the length of what is filled in', () => {
    const parameters = { where: { type: 'target' as const } };
    const levels = (count: number, uses: number) =>
      Array.from({ length: count }, (_, level) => {
        const next = level + 1 === count ? 'one' : `level${level + 1}`;
        const steps = Array.from({ length: uses }, () => ({ use: next, with: { where: '${parameters.where}' } }));
        return like(`level${level}`, { parameters, steadyState: {}, steps });
      });
    const wide = libraryOf({ scenarios: levels(8, 10) });
    expect(complaint(() => wide.expand('level0', { parameters: { where } }))).toContain('expected at most 1000 uses');
    const deep = libraryOf({ scenarios: levels(12, 1) });
    expect(complaint(() => deep.expand('level0', { parameters: { where } }))).toContain('10 deep, got more');
    const file = '${parameters.word}'.repeat(20_000);
    const steps = [{ disturb: 'litter', target: where, with: { file } }];
    const long = libraryOf({
      scenarios: [like('long', { parameters: { word: { type: 'text' } }, steadyState: {}, steps })],
    });
    const text = complaint(() => long.expand('long', { parameters: { word: 'x'.repeat(10_000) } }));
    expect(text).toContain('expected at most 100000 characters once parameters are filled in');
  });
});

describe('a library', () => {
  it('refuses names said twice, suites of scenarios that do not exist, and defaults of another type', () => {
    expect(complaint(() => libraryOf({ scenarios: [ONE] }))).toContain('expected a unique name, got "one" again');
    const suite = { name: 's', description: 'a suite', scenarios: ['oen'] };
    expect(complaint(() => libraryOf({ suites: [suite] }))).toContain(
      'suites[0].scenarios[0]: expected the name of a scenario, got "oen"; did you mean "one"?',
    );
    const odd = like('odd', { parameters: { time: { type: 'duration', default: 'long' } } });
    expect(complaint(() => libraryOf({ scenarios: [odd] }))).toContain(
      'scenarios[1].parameters.time.default: expected a duration',
    );
  });

  it('finds scenarios by category, complexity and tag', () => {
    const library = libraryOf({ scenarios: [like('two', { complexity: 'advanced', tags: ['night'] })] });
    expect(library.find({ category: 'storage' }).map(({ name }) => name)).toEqual(['one', 'two']);
    expect(library.find({ complexity: 'advanced', tag: 'night' }).map(({ name }) => name)).toEqual(['two']);
  });
});
