import { ChaosError, duration } from '@bridge/chaos-core';
import * as z from 'zod';

const atLeastOne = z.int().min(1);
const ratio = z.number().gt(0).max(1);

/** How a watchtower decides. Every duration takes milliseconds or text such as `"30s"`. */
export const watchPolicy = z
  .strictObject({
    /** Interval of the safety net under the event stream, and of the heartbeat. Default 15 s. */
    sweep: duration.default(15_000),
    /** After the start, the first look only tells what it would do. Default true. */
    dryRunFirst: z.boolean().default(true),
    /** Health failures count as failed from `failures` of the last `of` checks on. Default 3 of 5. */
    confirm: z
      .strictObject({ failures: atLeastOne.default(3), of: atLeastOne.default(5) })
      .prefault({})
      .refine(({ failures, of }) => failures <= of, { error: 'expected failures to be at most of' }),
    /** Bad health is no failure in an incarnation younger than this. Default 30 s. */
    startPeriod: duration.default(30_000),
    /** Before the first restart: 0 to `first`. Then full jitter of `base` doubled each time up to `cap`. */
    backoff: z
      .strictObject({
        first: duration.default(1_000),
        base: duration.default(1_000),
        cap: duration.default(60_000),
        /** Healthy for so long: the next failure is a first one again. At least three times `cap`. Default 10 min. */
        reset: duration.default(600_000),
      })
      .prefault({})
      .refine(({ cap, reset }) => reset >= 3 * cap, { error: 'expected reset to be at least 3 x cap' }),
    /** Restarts per target; after that it is given up until {@link Watchtower.reset}. Default 5 in 10 min. */
    budget: z.strictObject({ restarts: atLeastOne.default(5), per: duration.default(600_000) }).prefault({}),
    /** Restarts of all targets together. Default 10 a minute. */
    rate: z.strictObject({ restarts: atLeastOne.default(10), per: duration.default(60_000) }).prefault({}),
    group: z
      .strictObject({
        /** Share of a group that may be restarted at once, at least one. Default 0.2. */
        concurrent: ratio.default(0.2),
        /** An unhealthy member that runs is restarted only while so many others are fine. Default 0. */
        minAvailable: z.int().min(0).default(0),
      })
      .prefault({}),
    /** A common cause: when more than `share` of a group, and at least `least`, fail `within`, nothing is restarted
     * for `hold`. Default 0.3, 3, 30 s, 60 s. */
    storm: z
      .strictObject({
        share: ratio.default(0.3),
        least: z.int().min(2).default(3),
        within: duration.default(30_000),
        hold: duration.default(60_000),
      })
      .prefault({}),
    /** Longest that a target waits for something it needs to come back first; only with a service graph. Default 60 s. */
    dependencyPatience: duration.default(60_000),
    /** A restart is effective when the target was fine for `hold` without a break. Default 10 s within 2 min. */
    verify: z.strictObject({ hold: duration.default(10_000), within: duration.default(120_000) }).prefault({}),
    /** So many ineffective restarts within `per` call for help. Default 3 in 30 min. */
    escalate: z.strictObject({ ineffective: atLeastOne.default(3), per: duration.default(1_800_000) }).prefault({}),
    /** A witness that saw a failure for so long says that the leader does nothing. Default 60 s. */
    leaderPatience: duration.default(60_000),
    strays: z
      .strictObject({
        /** A stray is released when it was one for so long. Default 30 s. */
        grace: duration.default(30_000),
        /** Most that are released in one sweep. Default 5. */
        most: atLeastOne.default(5),
      })
      .prefault({}),
  })
  .prefault({});

export type WatchPolicyInput = z.input<typeof watchPolicy>;
export type WatchPolicy = z.output<typeof watchPolicy>;

/** The policy with its defaults. Throws `CHAOS_WATCHTOWER_INVALID` naming the path. */
export function parseWatchPolicy(input: WatchPolicyInput): WatchPolicy {
  const parsed = watchPolicy.safeParse(input);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(({ path, message }) => `policy.${path.join('.')}: ${message}`);
  throw new ChaosError('CHAOS_WATCHTOWER_INVALID', lines.join('; '));
}
