import { ChaosEngine, COMPLEXITIES, PROFILES, type Scenario, ScenarioLibrary } from '@bridge/chaos-core';
import { containers, network, processes, proxies, resources } from '@bridge/chaos-injectors';
import { recovery, scenarioLibrary } from '@bridge/chaos-recovery';
import { describe, expect, it } from 'vitest';
import { givenParameters } from './given-parameters.ts';

const engine = new ChaosEngine({
  plugins: [containers(), network(), resources(), processes(), proxies(), recovery()],
  armed: false,
});
const library = scenarioLibrary();

/** The values a scenario can be given of those there are. */
function givenTo({ parameters }: Scenario, kind: string) {
  return Object.fromEntries(Object.entries(givenParameters(kind)).filter(([name]) => Object.hasOwn(parameters, name)));
}

describe('the built-in scenarios', () => {
  it.each(library.scenarios.map((scenario) => [scenario.name, scenario] as const))(
    '%s is an experiment the engine takes, on at least one kind of target',
    (name, scenario) => {
      const kinds = ['container', 'proxy', 'process'].filter((kind) => {
        try {
          return engine.parse(library.expand(name, { parameters: givenTo(scenario, kind) })).faults.length > 0;
        } catch (thrown) {
          // A scenario with several roles may need several kinds; then each role says which one it cannot use.
          expect(String(thrown)).toMatch(/expected a target that \w+ can be done to/);
          return false;
        }
      });
      expect(kinds).not.toEqual([]);
    },
  );

  it.each(library.disturbances.flatMap((one) => Object.keys(one.on).map((kind) => [one.name, kind] as const)))(
    '%s can be done to a %s in every strength it has',
    (name, kind) => {
      const { profiles, parameters } = library.disturbances.find((one) => one.name === name) ?? {};
      const given = givenParameters(kind);
      const required = Object.keys(parameters ?? {}).filter((key) => Object.hasOwn(given, key));
      const values = Object.fromEntries(required.map((key) => [key, given[key]]));
      const target = { [kind]: kind === 'process' ? 4242 : 'payments' };
      for (const profile of [undefined, ...PROFILES.filter((one) => profiles?.[one] !== undefined)]) {
        const step = { disturb: name, target, with: values, for: '1s', ...(profile === undefined ? {} : { profile }) };
        const probing = new ScenarioLibrary({
          disturbances: library.disturbances,
          scenarios: [
            {
              name: 'one',
              description: 'one',
              category: 'any',
              complexity: 'simple',
              steps: [step],
            },
          ],
        });
        expect(engine.parse(probing.expand('one')).faults).toHaveLength(1);
      }
    },
  );

  it('have every complexity, and every suite of the built-in library names scenarios that exist', () => {
    expect(new Set(library.scenarios.map(({ complexity }) => complexity))).toEqual(new Set(COMPLEXITIES));
    const names = library.suites.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['basic_resilience', 'data_pipeline', 'comprehensive_stress', 'advanced_chaos']),
    );
    expect(library.suite('osint_specific').name).toBe('data_pipeline');
    expect(library.find({ category: 'dependency', complexity: 'simple' }).map(({ name }) => name)).toContain(
      'api_timeouts',
    );
  });

  it('are each in at least one suite', () => {
    const inSuites = new Set(library.suites.flatMap(({ scenarios }) => scenarios.map(({ scenario }) => scenario)));
    const alone = library.scenarios.map(({ name }) => name).filter((name) => !inSuites.has(name));
    expect(alone).toEqual(['service_restart']);
  });
});
