import * as z from 'zod';
import { duration } from '../duration.ts';
import { strict } from '../experiment/zod-schema.ts';
import type { Json } from '../json.ts';
import { scenarioName } from './scenario.ts';

const entry = z.union([
  scenarioName.transform((scenario): SuiteEntry => ({ scenario, with: {} })),
  strict({
    scenario: scenarioName,
    /** What this run is called, when the scenario stands in the suite more than once. Default: the scenario's name. */
    name: scenarioName.exactOptional(),
    with: z
      .record(
        z.string(),
        z.custom<Json>((value) => value !== undefined),
      )
      .default({}),
  }),
]);

/** One scenario of a suite, with the values that are the suite's. */
export interface SuiteEntry {
  readonly scenario: string;
  readonly name?: string;
  readonly with: Readonly<Record<string, Json>>;
}

/** Scenarios that belong together, as data. They run in this order, one after the other. */
export const suiteSchema = strict({
  name: scenarioName,
  aliases: z.array(scenarioName).default([]),
  description: z.string().min(1),
  scenarios: z.array(entry).min(1),
  /** Rest between two runs. */
  pause: duration.default(0),
});

export type Suite = z.output<typeof suiteSchema>;
export type SuiteInput = z.input<typeof suiteSchema>;
