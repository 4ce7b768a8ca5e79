import * as z from 'zod';
import { strict } from '../experiment/zod-schema.ts';
import type { Json, JsonObject } from '../json.ts';
import { parametersSchema } from './parameter.ts';

/**
 * How much a scenario asks of a system. `simple`: one fault, one target. `moderate`: several faults, one target, or one
 * after the other. `complex`: several targets. `advanced`: faults that follow from each other, or hit the whole system.
 */
export const COMPLEXITIES = ['simple', 'moderate', 'complex', 'advanced'] as const;
export type Complexity = (typeof COMPLEXITIES)[number];

/** Names of scenarios, suites and categories. */
export const scenarioName = z
  .string()
  .max(100)
  .regex(/^[A-Za-z][\w-]*$/, { error: 'expected a name of letters, digits, "_" and "-" that starts with a letter' });

const json = z.custom<Json>((value) => value !== undefined, { error: 'expected a value' });
const step = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value), {
  error: 'expected a step: one of an experiment, { disturb, target }, or { use }',
});

/**
 * A scenario as data. What is not its own is an experiment's, with `${parameters.…}` anywhere; that is checked when the
 * scenario is expanded, by the experiment's own schema.
 */
export const scenarioSchema = strict({
  name: scenarioName,
  /** Other names it is found by. */
  aliases: z.array(scenarioName).default([]),
  description: z.string().min(1),
  category: scenarioName,
  complexity: z.enum(COMPLEXITIES),
  tags: z.array(z.string().min(1)).default([]),
  parameters: parametersSchema.default({}),
  steadyState: strict({
    hypothesis: z.string().exactOptional(),
    probes: z.array(json).default([]),
    objectives: z.array(json).default([]),
  }).default({ probes: [], objectives: [] }),
  configuration: z.record(z.string(), json).default({}),
  secrets: z.record(z.string(), json).default({}),
  baseline: json.exactOptional(),
  load: json.exactOptional(),
  /** Steps of an experiment, `{ disturb, profile?, target, with?, for? }`, and other scenarios: `{ use, with? }`. */
  steps: z.array(step).min(1),
  recovery: json.exactOptional(),
  expect: json.exactOptional(),
  stopWhen: z.array(json).default([]),
  maxDuration: json.exactOptional(),
});

export type Scenario = z.output<typeof scenarioSchema>;
export type ScenarioInput = z.input<typeof scenarioSchema>;
