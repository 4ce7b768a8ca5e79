import { ChaosError, isChaosError, parseExperiment, Registry } from '@bridge/chaos-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { planner, planPlugin, touched } from './fixture.ts';
import { arbitraryExperiment, invalidExperiment, validExperiment } from './generated-experiment.ts';

const SECRET = 'hunter2-hunter2';
const variables = { TOKEN: SECRET };
const plan = planner({ variables });
const registry = new Registry([planPlugin]);

function issuesOf(thrown: unknown): string[] {
  if (!isChaosError(thrown, 'CHAOS_EXPERIMENT_INVALID')) throw thrown;
  const { issues } = thrown.details;
  const listed: readonly unknown[] = Array.isArray(issues) ? issues : [];
  return listed.map((issue) => String(Reflect.get(Object(issue), 'path')));
}

test('5,000 valid experiments plan, and nothing is injected', { timeout: 180_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(validExperiment, async (experiment) => {
      const planned = await plan(experiment);
      expect(planned.steps.length).toBeGreaterThanOrEqual(experiment.faults.length);
      const text = JSON.stringify(planned);
      expect(text).not.toContain(SECRET);
      expect(JSON.parse(text)).toEqual(planned);
      expect(planned.steps.every(({ at }, index) => at >= (planned.steps[index - 1]?.at ?? 0))).toBe(true);
    }),
    { numRuns: 5_000 },
  );
  expect(touched.times).toBe(0);
});

test('3,000 invalid experiments name the path', { timeout: 180_000 }, () => {
  fc.assert(
    fc.property(invalidExperiment, ({ input, path }) => {
      let paths: string[] = [];
      try {
        parseExperiment(input, registry);
      } catch (thrown) {
        paths = issuesOf(thrown);
      }
      expect(paths).toContain(path);
    }),
    { numRuns: 3_000 },
  );
});

test('2,000 experiments with anything in them plan, or name a path', { timeout: 180_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryExperiment, async (input) => {
      try {
        await plan(input);
      } catch (thrown) {
        if (isChaosError(thrown, 'CHAOS_CONFIGURATION_MISSING')) return;
        const paths = issuesOf(thrown);
        expect(paths.length).toBeGreaterThan(0);
        expect(paths.every((path) => path.length > 0)).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
  expect(touched.times).toBe(0);
});

test('the same seed gives the same plan, from an object as from YAML', { timeout: 180_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(validExperiment, async (experiment) => {
      const written = JSON.parse(JSON.stringify(experiment));
      expect(await plan(stringify(written))).toEqual(await plan(experiment));
    }),
    { numRuns: 300 },
  );
});

test('any text at all is an experiment or a ChaosError', () => {
  const yaml = fc.string({ unit: fc.constantFrom(...'ab:-[]{}&*!|>\'"%@`#,? \n\t0123'), maxLength: 60 });
  fc.assert(
    fc.property(fc.oneof(yaml, fc.string({ unit: 'binary' })), (text) => {
      try {
        parseExperiment(text, registry);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(ChaosError);
      }
    }),
    { numRuns: 2_000 },
  );
});
