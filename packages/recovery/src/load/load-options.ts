import { duration } from '@bridge/chaos-core';
import * as z from 'zod';
import type { Arrivals } from '../sampling/arrivals.ts';

const positive = z.number().positive({ error: 'expected a rate above 0 per second' });

/** When requests are sent, whatever came of those before (open loop). Rates are requests per second. */
export const loadArrivals = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('constant'), rate: positive }),
    /** Independent arrivals, as many users make them. */
    z.strictObject({ kind: z.literal('poisson'), rate: positive }),
    /** In a straight line from one rate to another, then on at the second. */
    z.strictObject({
      kind: z.literal('ramp'),
      from: z.number().min(0),
      to: positive,
      over: duration.refine((over) => over > 0, { error: 'expected a duration above 0' }),
    }),
  ],
  { error: 'expected { kind: "constant" | "poisson", rate } or { kind: "ramp", from, to, over }' },
);

export type LoadArrivals = z.output<typeof loadArrivals>;

/** The plan in milliseconds. */
export function toArrivals(arrivals: LoadArrivals, seed: number): Arrivals {
  switch (arrivals.kind) {
    case 'constant':
      return { kind: 'constant', every: 1000 / arrivals.rate };
    case 'poisson':
      return { kind: 'poisson', every: 1000 / arrivals.rate, seed };
    case 'ramp':
      return arrivals;
  }
}
