import { readFileSync } from 'node:fs';
import * as z from 'zod';

const pair = z.tuple([z.number(), z.number()]);
const sample = z.array(z.number());
const rMethod = z.object({ conf_level: z.number(), ci: pair, estimate: z.number(), tolerance: z.number() });
const pValues = Object.fromEntries(
  ['asymptotic_cc', 'asymptotic_nocc', 'exact'].flatMap((method) =>
    ['two-sided', 'greater', 'less'].map((alternative) => [`p_${method}_${alternative}`, z.number().optional()]),
  ),
);

const mannWhitneyVector = z.object({
  name: z.string(),
  x: sample,
  y: sample,
  ties: z.boolean(),
  expected: z.object({
    U_x: z.number(),
    U_y: z.number(),
    A12_x_over_y: z.number(),
    cliffs_delta: z.number(),
    hodges_lehmann_median_of_pairwise_x_minus_y: z.number(),
    R_asymptotic_cc: rMethod,
    R_exact: rMethod.optional(),
    ...pValues,
  }),
});

const univariate = z.object({
  name: z.string(),
  data: sample.optional(),
  generator: z.object({ first: z.number(), then_repeat: pair, n: z.number() }).optional(),
  certified: z.object({ mean: z.number(), sd: z.number(), lag1_autocorrelation: z.number() }),
});

const incident = z.object({
  onset: z.number(),
  confirmed_bad: z.number(),
  flaps: z.number(),
  recovered: z.number().nullable(),
  confirmed_recovered: z.number().nullable(),
  ttr: z.number().nullable(),
  censored: z.boolean(),
  ttr_at_least: z.number().optional(),
});

const timelineCase = z.object({
  name: z.string(),
  trace: z.string(),
  dt_ms: z.number(),
  params: z.object({
    k: z.number(),
    n: z.number(),
    hold_ms: z.number(),
    ratio: z.number(),
    flap_min_ms: z.number(),
  }),
  expected: z.array(incident),
});

/** The reference values of `test/vectors/stats.json`; each entry there names its public source. */
export const vectors = z
  .object({
    mann_whitney: z.array(mannWhitneyVector),
    univariate_nist_strd: z.array(univariate),
    quantiles: z.object({
      data: sample,
      expected: z.record(z.string(), z.object({ p50: z.number(), p90: z.number(), p99: z.number() })),
    }),
    proportion_intervals: z.array(
      z.object({ k: z.number(), n: z.number(), conf: z.number(), wilson: pair, clopper_pearson: pair }),
    ),
    proportion_difference_intervals: z.array(
      z.object({
        a: z.number(),
        m: z.number(),
        b: z.number(),
        n: z.number(),
        conf: z.number(),
        newcombe_hybrid_score: pair,
      }),
    ),
    fisher_exact: z.array(
      z.object({ table: z.tuple([pair, pair]), p_two_sided: z.number(), p_greater: z.number().optional() }),
    ),
    change_points: z.tuple([
      z.object({
        data: sample,
        expected: z.object({
          change_index_0based_first_of_new_segment: z.number(),
          mean_before: z.number(),
          mean_after: z.number(),
        }),
      }),
      z.object({
        data: sample,
        params: z.object({ target: z.number(), k: z.number(), h: z.number() }),
        expected: z.object({ S_hi: sample, S_lo: sample, first_signal_group_1based: z.number() }),
      }),
    ]),
    hdr_histogram: z.object({
      record: z.array(z.object({ value_us: z.number(), times: z.number() })),
      config: z.object({ highest_us: z.number(), significant_digits: z.number(), expected_interval_us: z.number() }),
      expected: z.object({
        raw_total: z.number(),
        corrected_total: z.number(),
        raw_mean: z.number(),
        corrected_mean: z.number(),
        raw_percentiles: z.record(z.string(), z.number()),
        corrected_percentiles: z.record(z.string(), z.number()),
        relative_tolerance: z.number(),
      }),
    }),
    open_loop_stall: z.object({
      params: z.object({
        rate_per_s: z.number(),
        duration_s: z.number(),
        stall_start_s: z.number(),
        stall_s: z.number(),
      }),
      expected: z.object({
        requests: z.number(),
        slow_requests: z.number(),
        max_latency_s: z.number(),
        p50_s: z.number(),
        p90_s: z.number(),
        p95_nearest_rank_s: z.number(),
        p99_nearest_rank_s: z.number(),
        mean_s: z.number(),
        'availability_if_timeout_0.5s': z.number(),
      }),
    }),
    error_budget_burn: z.object({
      cases: z.array(z.object({ slo: z.number(), window_h: z.number(), burn: z.number(), budget_spent: z.number() })),
    }),
    bootstrap: z.object({
      data: sample,
      R: z.number(),
      expected: z.object({ percentile: pair, bca: pair }),
      tolerance: z.number(),
    }),
    timeline_rules: z.object({ cases: z.array(timelineCase) }),
  })
  .parse(JSON.parse(readFileSync(new URL('../vectors/stats.json', import.meta.url), 'utf8')));
