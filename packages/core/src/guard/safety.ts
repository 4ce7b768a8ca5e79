import * as z from 'zod';
import { duration } from '../duration.ts';
import type { Approve } from './approval.ts';
import { faultPolicySchema } from './fault-policy.ts';
import { safetyStop } from './safety-stop.ts';
import { targetPatternSchema } from './target-pattern.ts';
import { windowSchema } from './window.ts';

const count = z.int().min(1);

/**
 * The `safety` option. Every rule of it is checked before every injection; see the architecture page for the order.
 * Durations are milliseconds or texts with a unit.
 */
export const safetySchema = z.strictObject({
  /** Targets that nobody may touch, beside those their source protects anyway. Default: none. */
  protect: z.array(targetPatternSchema).default([]),
  /** When given, only these may be touched. Required in production. */
  allow: z.array(targetPatternSchema).min(1).optional(),
  /** When given, the engine's `environment` must be one of these. */
  environments: z.array(z.string().min(1)).min(1).optional(),
  /** Environments that need `windows`, `allow`, and approval of every fault. Default `production` and `prod`. */
  production: z.array(z.string().min(1)).default(['production', 'prod']),
  /** When given, faults live only inside these. */
  windows: z.array(windowSchema).default([]),
  /** No fault lives inside these, whatever `windows` says. */
  blackouts: z.array(windowSchema).default([]),
  /** Labels that a target must carry to be touched, with these values. Default: none. */
  optIn: z.record(z.string().min(1), z.string()).default({}),
  /** Most faults alive at once. Default 5. */
  maxActiveFaults: count.default(5),
  /**
   * Largest share of a group, 0 to 1, that may be under fault at once, rounded down but at least one. Members whose fault
   * took them down still count. Default 0.5.
   */
  maxShareOfGroup: z.number().gt(0).max(1).default(0.5),
  /** Fewest members of a group that must stay alive without a fault. Default 0. */
  minHealthy: z.int().min(0).default(0),
  /** Most faults alive at once on one target. Default: no limit; faults that touch the same thing are refused anyway. */
  maxFaultsPerTarget: count.optional(),
  /** Most faults alive at once on one group. Default: no limit. */
  maxFaultsPerGroup: count.optional(),
  /** Least time between two injections. Default 0. */
  minTimeBetweenFaults: duration.default(0),
  /** Least time between two injections on one target, a restarted one of the same name included. Default 0. */
  cooldown: duration.default(0),
  /** Most injections within any stretch of this length. Default: no limit. */
  rate: z
    .strictObject({ faults: count, per: duration.refine((value) => value > 0, 'expected a duration above 0') })
    .optional(),
  /** Longest hold of a fault. Default 15 min. */
  maxHold: duration.default(15 * 60_000),
  /** By fault type, `container.*` or `*`; the most specific name decides alone. */
  faults: z.record(z.string().min(1), faultPolicySchema).default({}),
  /** The least risk from which on `approve` is asked. Default `never`. */
  requireApproval: z.enum(['never', 'critical', 'high', 'medium', 'low']).default('never'),
  /** Who is asked. Without it whatever needs approval is refused. */
  approve: z.custom<Approve>((value) => typeof value === 'function', 'expected a function').optional(),
  /** No answer in this time is a no. Default 5 min. */
  approvalTimeout: duration.default(5 * 60_000),
  /** Refuse while a steady-state probe of the experiment is not healthy. Default true. */
  requireHealthy: z.boolean().default(true),
  /** Most runs at once. Default 3. */
  maxConcurrentRuns: count.default(3),
  /**
   * Limits that end every run, beside those its experiment says; those of the host (`cpuAbove`, `memoryAbove`) revert
   * faults outside of runs too. Default: none.
   */
  stopWhen: z.array(safetyStop).default([]),
  /** How often stop conditions and the stop file are looked at. Default 1 s. */
  checkInterval: duration.refine((value) => value >= 10, 'expected at least 10 ms').default(1_000),
});

/** What may be written as `safety`. */
export type SafetyInput = z.input<typeof safetySchema>;
/** The same with defaults filled in and durations in milliseconds. */
export type Safety = z.output<typeof safetySchema>;

/** How far back, in milliseconds, injections must be remembered for the rate rules. */
export function rateHorizon({ minTimeBetweenFaults, cooldown, rate }: Safety): number {
  return Math.max(minTimeBetweenFaults, cooldown, rate?.per ?? 0);
}
