import { milliseconds, type ProbeResult } from '@bridge/chaos-core';
import * as z from 'zod';
import { checkInTime } from '../../probe/check-in-time.ts';
import { http } from '../../probe/http/http-probe.ts';
import { openProbe } from '../../probe/open-probe.ts';
import { quantile } from '../../statistics/quantile.ts';
import type { Action, ActionContext, Finding } from '../action.ts';
import { readingAction } from '../reading-action.ts';

/** The options of the `http` probe, checked by it when it is opened. */
const request = z.looseObject({ url: z.url({ protocol: /^https?$/ }) });
type Request = z.output<typeof request>;
const timeout = z.int().min(1).default(5_000);

const smokeOptions = z.strictObject({ endpoints: z.array(request).min(1), timeout });

/** run_smoke_tests: every endpoint answers as its expectation says. The score is the share that does. */
export const runSmokeTests: Action<'run_smoke_tests', typeof smokeOptions> = readingAction(
  'run_smoke_tests',
  smokeOptions,
  async ({ endpoints, timeout }, context) => {
    const answers = await Promise.all(
      endpoints.map(async (endpoint) => ({ endpoint, ...(await ask(endpoint, timeout, context)) })),
    );
    const score = answers.filter(({ health }) => health === 'healthy').length / answers.length;
    const bad = answers.filter(({ health }) => health === 'degraded');
    if (bad.length > 0) return { is: 'bad', detail: bad.map(complaint).join('; '), score };
    const unknown = answers.filter(({ health }) => health === 'unknown');
    return unknown.length > 0 ? { is: 'unknown', detail: unknown.map(complaint).join('; ') } : { is: 'good', score };
  },
);

const schemaOptions = z.strictObject({
  ...request.shape,
  /** JSON Schema (draft 2020-12) of the answer's body. */
  schema: z.union([z.boolean(), z.record(z.string(), z.json())]),
  timeout,
});

/** validate_schema: the body that a URL answers with, against a JSON Schema. */
export const validateSchema: Action<'validate_schema', typeof schemaOptions> = readingAction(
  'validate_schema',
  schemaOptions,
  async ({ url, schema, timeout }, context) => {
    const { health, detail = '' } = await ask({ url, expect: { body: { schema } } }, timeout, context);
    return health === 'healthy' ? { is: 'good' } : { is: health === 'degraded' ? 'bad' : 'unknown', detail };
  },
);

const sloOptions = z.strictObject({
  request,
  /** How many requests, one after the other. Default 20. */
  samples: z.int().min(5).max(10_000).default(20),
  /** Least share of good answers. Default 0.99. */
  success: z.number().gt(0).max(1).default(0.99),
  /** Longest 95th percentile, in milliseconds. Default 500. */
  p95: z.number().gt(0).default(500),
  /** Milliseconds between requests. Default 0. */
  every: z.number().min(0).default(0),
  timeout,
});

/** verify_slo: success ratio and 95th percentile of a row of requests against an objective. */
export const verifySlo: Action<'verify_slo', typeof sloOptions> = readingAction(
  'verify_slo',
  sloOptions,
  async ({ request, samples, success, p95, every, timeout }, context) => {
    const latencies: number[] = [];
    let good = 0;
    for (let sample = 0; sample < samples; sample += 1) {
      const begin = context.clock.now();
      const { health, detail = '' } = await ask(request, timeout, context);
      if (health === 'unknown') return { is: 'unknown', detail };
      if (health === 'healthy') good += 1;
      latencies.push(context.clock.now() - begin);
      if (every > 0) await context.clock.sleep(every, { signal: context.signal });
    }
    return judge({ ratio: good / samples, latency: quantile(latencies, 0.95) }, { success, p95 });
  },
);

function judge(
  { ratio, latency }: { readonly ratio: number; readonly latency: number },
  { success, p95 }: { readonly success: number; readonly p95: number },
): Finding & { readonly output: { success: number; p95: number } } {
  const output = { success: ratio, p95: latency };
  const missed = [
    ...(ratio < success ? [`${(ratio * 100).toFixed(1)} % good, expected ${success * 100} %`] : []),
    ...(latency > p95 ? [`p95 ${latency.toFixed(0)} ms, expected at most ${p95} ms`] : []),
  ];
  if (missed.length === 0) return { is: 'good', score: ratio, output };
  return { is: 'bad', detail: missed.join('; '), score: ratio, output };
}

async function ask(options: Request, timeout: number, { clock, log, signal }: ActionContext): Promise<ProbeResult> {
  const probe = await openProbe(http({ ...options, name: options.url, timeout: milliseconds(timeout) }), {
    clock,
    log,
  });
  try {
    return await checkInTime(probe, clock, signal);
  } finally {
    await probe.close();
  }
}

function complaint({ endpoint, detail }: { readonly endpoint: Request; readonly detail?: string }): string {
  return `${endpoint.url}: ${detail ?? 'no healthy answer'}`;
}
