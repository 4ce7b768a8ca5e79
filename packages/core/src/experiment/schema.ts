import * as z from 'zod';
import { duration } from '../duration.ts';
import type { Experiment } from './experiment.ts';
import { numberSteps } from './number-steps.ts';
import { objective } from './objective-schema.ts';
import { probe } from './probe-schema.ts';
import { share } from './share.ts';
import { load, steps } from './step-schema.ts';
import { stopCondition } from './stop-condition-schema.ts';
import { valueSources } from './value-source-schema.ts';
import { strict } from './zod-schema.ts';

/** Baseline when probes are given and nothing else is said: 50 checks at the default interval. */
const BASELINE = 5_000;

const steadyState = strict({
  hypothesis: z.string().exactOptional(),
  probes: z.array(probe).default([]),
  objectives: z.array(objective).default([]),
});

const recovery = strict({
  within: duration.default(60_000),
  hold: duration.default(10_000),
  success: share.default(0.99),
}).refine(({ hold, within }) => hold <= within, {
  path: ['hold'],
  error: 'expected a hold that fits into recovery.within, got a longer one',
});

/** The form an experiment is written in, for editors and for {@link experimentSchema}. */
export const experimentForm = strict({
  $schema: z.string().exactOptional(),
  name: z.string().min(1).max(200),
  description: z.string().exactOptional(),
  tags: z.array(z.string().min(1)).default([]),
  configuration: valueSources.default({}),
  secrets: valueSources.default({}),
  seed: z.int().min(0).exactOptional(),
  steadyState: steadyState.default({ probes: [], objectives: [] }),
  baseline: duration.exactOptional(),
  load: load.exactOptional(),
  faults: steps,
  recovery: recovery.prefault({}),
  expect: z.enum(['held', 'recovered']).default('recovered'),
  stopWhen: z.array(stopCondition).default([]),
  maxDuration: duration.default(15 * 60_000),
});

/**
 * The written form in, the parsed {@link Experiment} out. Defaults: probes every 100 ms with a time-out of 1 s;
 * baseline 5 s with probes, 0 without; recovery within 60 s, held 10 s at 99 %; expect `recovered`; at most 15 min.
 */
export const experimentSchema = experimentForm.transform(({ $schema: _, ...written }): Experiment => {
  const baseline = written.baseline ?? (written.steadyState.probes.length > 0 ? BASELINE : 0);
  return { ...written, baseline, faults: numberSteps(written.faults) };
});
