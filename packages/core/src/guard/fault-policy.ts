import * as z from 'zod';
import { duration } from '../duration.ts';

const limits = z.record(z.string().min(1), z.union([z.number(), z.string()]));

/** What is allowed for one fault type. Limits are written like the parameter itself: `{ max: { delay: '2s' } }`. */
export const faultPolicySchema = z.strictObject({
  /** Default true. */
  enabled: z.boolean().default(true),
  /** Ceilings by parameter. */
  max: limits.default({}),
  /** Floors by parameter, where less is worse: `{ min: { rate: '1MB/s' } }`. */
  min: limits.default({}),
  /** Longest hold. */
  maxHold: duration.optional(),
});

export type FaultPolicy = z.output<typeof faultPolicySchema>;

/** The policy of the most specific name: the type itself, then the longest `prefix.*`, then `*`. */
export function policyFor(
  policies: Readonly<Record<string, FaultPolicy>>,
  type: string,
): { readonly name: string; readonly policy: FaultPolicy } | undefined {
  const [best] = Object.entries(policies)
    .filter(([name]) => name === type || (name.endsWith('*') && type.startsWith(name.slice(0, -1))))
    .sort(([a], [b]) => specificity(b, type) - specificity(a, type));
  return best === undefined ? undefined : { name: best[0], policy: best[1] };
}

const specificity = (name: string, type: string): number => (name === type ? Number.POSITIVE_INFINITY : name.length);
