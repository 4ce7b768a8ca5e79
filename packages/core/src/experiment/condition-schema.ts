import * as z from 'zod';
import type { Json } from '../json.ts';
import { strict } from './zod-schema.ts';

const comparisons = ['equals', 'notEquals', 'above', 'below', 'matches', 'exists'] as const;

const json = z.custom<Json>((value) => value !== undefined, { error: 'expected a value' });

/** `{ value: '${outputs.x.y}', equals: 3 }`: every comparison that is given must hold. */
export const condition = strict({
  value: json,
  equals: json.exactOptional(),
  notEquals: json.exactOptional(),
  above: z.number().exactOptional(),
  below: z.number().exactOptional(),
  matches: z.string().exactOptional(),
  exists: z.boolean().exactOptional(),
})
  .refine((value) => comparisons.some((comparison) => value[comparison] !== undefined), {
    error: `expected at least one of ${comparisons.join(', ')}, got none`,
  })
  .meta({ id: 'Condition' });
