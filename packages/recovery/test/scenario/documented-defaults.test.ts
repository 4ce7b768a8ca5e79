import { readFile } from 'node:fs/promises';
import { ChaosEngine, duration, parseScenarios } from '@bridge/chaos-core';
import { containers, network, processes, proxies, resources } from '@bridge/chaos-injectors';
import { describe, expect, it } from 'vitest';
// From the source: the page that is compared with it is not in the package.
import { recovery, SCENARIO_ALIASES, scenarioLibrary } from '../../src/index.ts';
import { givenParameters } from './given-parameters.ts';

const library = scenarioLibrary();
const page = await readFile(new URL('../../../../docs/scenarios.md', import.meta.url), 'utf8');
const MINUTE = 60_000;

const engine = new ChaosEngine({
  plugins: [containers(), network(), resources(), processes(), proxies(), recovery()],
  armed: false,
});

/** Rows of the table of defaults: scenario, parameter, default, document, words of the document. */
const rows = [...page.matchAll(/^\| `([\w-]+)` \| `(\w+)` \| ([\d.]+)( ms)? \| (\d{3}) \| `(.+)` \|$/gm)].map(
  ([, scenario = '', parameter = '', number = '', unit, document = '', words = '']) => ({
    scenario,
    parameter,
    value: Number(number),
    isTime: unit !== undefined,
    document,
    words,
  }),
);

/** The default of a scenario, or of a run of a suite that has a name of its own. */
function defaultOf(name: string, parameter: string): unknown {
  const entry = library.suites.flatMap(({ scenarios }) => scenarios).find((one) => one.name === name);
  return entry?.with[parameter] ?? library.scenario(entry?.scenario ?? name).parameters[parameter]?.default;
}

describe('the defaults of the documents', () => {
  it('are all in the table', () => {
    expect(rows).toHaveLength(14);
  });

  it.each(rows)(
    '$scenario: $parameter is $value, as document $document says',
    ({ scenario, parameter, value, isTime, words }) => {
      const found = defaultOf(scenario, parameter);
      expect(isTime ? duration.parse(found) : found).toBe(value);
      const said = [...words.matchAll(/[\d.]+/g)].map(([number]) => Number(number));
      // As the documents write it: ms, seconds, minutes, a share or per cent.
      expect([value, value / 1000, value / MINUTE, value * 100].some((number) => said.includes(number))).toBe(true);
    },
  );
});

describe('the page of scenarios', () => {
  it('shows scenarios of one’s own that load and expand as they stand', () => {
    const [, text] = /```yaml\n([\s\S]+?)```/.exec(page) ?? [];
    const own = library.with(parseScenarios(text, SCENARIO_ALIASES));
    const { faults } = engine.parse(own.expand('slow_checkout', { parameters: { payments: { proxy: 'payments' } } }));
    expect(JSON.stringify(faults)).toContain('"type":"proxy.latency"');
    expect(JSON.stringify(faults)).toContain('"id":"crash_crash"');
    expect(own.suite('ours').scenarios).toHaveLength(2);
  });

  it('names every scenario and suite of the library', () => {
    for (const { name } of [...library.scenarios, ...library.suites]) expect(page).toContain(`\`${name}\``);
  });
});

describe('how long scenarios take by default', () => {
  /** From the start of the baseline to the end of the last fault. */
  function lengthOf(name: string): number {
    const { parameters } = library.scenario(name);
    // Containers can have everything done to them, but for answers, which a proxy changes.
    const kind = name === 'malformed_source' ? 'proxy' : 'container';
    const given = Object.entries(givenParameters(kind)).filter(([key]) => Object.hasOwn(parameters, key));
    const { baseline, faults } = engine.parse(library.expand(name, { parameters: Object.fromEntries(given) }));
    return baseline + serial(faults);
  }

  type Steps = ReturnType<typeof engine.parse>['faults'];

  function serial(steps: Steps): number {
    return steps.map(lasting).reduce((sum, time) => sum + time, 0);
  }

  function lasting(step: Steps[number]): number {
    switch (step.kind) {
      case 'parallel':
        return Math.max(...step.steps.map(lasting));
      case 'serial':
        return serial(step.steps);
      case 'repeat':
        return step.times * serial(step.steps);
      case 'delay':
        return step.delay;
      case 'fault':
      case 'load':
        return step.for ?? 0;
      case 'probe':
        return 0;
    }
  }

  it.each(['basic_resilience', 'data_pipeline', 'comprehensive_stress', 'advanced_chaos'])(
    'each of %s less than 5 minutes, with 3 minutes to be fine again',
    (suite) => {
      for (const { scenario } of library.suite(suite).scenarios)
        expect(lengthOf(scenario), scenario).toBeLessThan(5 * MINUTE);
    },
  );

  it.each(['basic-container-chaos', 'network-chaos', 'resource-stress'])('%s 10 to 30 minutes', (name) => {
    expect(lengthOf(name)).toBeGreaterThanOrEqual(10 * MINUTE);
    expect(lengthOf(name)).toBeLessThanOrEqual(30 * MINUTE);
  });
});
