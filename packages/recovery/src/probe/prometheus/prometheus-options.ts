import * as z from 'zod';
import { numberExpectation } from '../expectation/number-expectation.ts';
import { httpOptions } from '../http/http-options.ts';

/** Options of the `prometheus` probe. */
export const prometheusOptions = z.strictObject({
  /** Address of the server, or of what speaks its HTTP API (Thanos, Mimir, VictoriaMetrics), with its path prefix. */
  url: httpOptions.shape.url,
  /** PromQL, evaluated at the time of the check. */
  query: z.string().trim().min(1, { error: 'expected a PromQL expression' }),
  /** What every series of the answer must be. */
  expect: numberExpectation,
  /** What an answer without any series means. Default `unknown`: no data is no success. */
  empty: z.enum(['unknown', 'degraded', 'healthy']).default('unknown'),
  headers: httpOptions.shape.headers,
  tls: httpOptions.shape.tls,
});

export type PrometheusOptions = z.output<typeof prometheusOptions>;
