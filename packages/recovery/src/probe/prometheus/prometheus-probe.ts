import { defineProbe, type ProbeResult } from '@bridge/chaos-core';
import { numberMismatch } from '../expectation/number-expectation.ts';
import { openAgents } from '../http/http-agents.ts';
import { exchange } from '../http/http-exchange.ts';
import { networkFailure } from '../network-failure.ts';
import { parseAnswer, type SeriesValue } from './prometheus-answer.ts';
import { type PrometheusOptions, prometheusOptions } from './prometheus-options.ts';

const BODY_LIMIT = 2 ** 20;

/**
 * Evaluates PromQL at the time of the check and holds every series of the answer against the expectation. The value is
 * the number that does not fit, else the first. A server that does not answer, a query it refuses, no data, or a series
 * that is not a number is `unknown`: Prometheus tells of the system, its own trouble is not the system's. What it tells
 * is as old as its last scrape, up to five minutes (its look-back).
 */
export const prometheus = defineProbe({
  type: 'prometheus',
  options: prometheusOptions,
  async open(options) {
    const agents = await openAgents({ keepAlive: true, tls: options.tls });
    const url = new URL(`${options.url.replace(/\/+$/, '')}/api/v1/query`);
    const body = new URLSearchParams({ query: options.query }).toString();
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': `${Buffer.byteLength(body)}`,
      ...options.headers,
    };
    const request = {
      url,
      method: 'POST',
      headers,
      body,
      agent: agents.for(url),
      socketPath: undefined,
      keep: BODY_LIMIT,
    };
    return {
      async check(signal) {
        try {
          const response = await exchange(request, signal);
          if (response.truncated) return unknown(`expected an answer of at most ${BODY_LIMIT} bytes`);
          const answer = parseAnswer(response.body);
          if ('trouble' in answer) return unknown(`status ${response.status}: ${answer.trouble}`);
          return judge(options, answer);
        } catch (error) {
          return unknown(networkFailure(error, signal).detail ?? 'no answer');
        }
      },
      async close() {
        agents.close();
      },
    };
  },
});

function judge({ query, expect, empty }: PrometheusOptions, answer: readonly SeriesValue[]): ProbeResult {
  const [first] = answer;
  if (first === undefined)
    return { health: empty, value: null, ...(empty === 'healthy' ? {} : { detail: `no data for ${query}` }) };
  const wrong = answer.find(({ value }) => !Number.isNaN(value) && numberMismatch(expect, value) !== undefined);
  if (wrong !== undefined) {
    const { series, value } = wrong;
    return { health: 'degraded', value, detail: `${series || query}: ${numberMismatch(expect, value)}` };
  }
  const blind = answer.find(({ value }) => Number.isNaN(value));
  if (blind !== undefined) return unknown(`${blind.series || query} is not a number`);
  return { health: 'healthy', value: first.value };
}

function unknown(detail: string): ProbeResult {
  return { health: 'unknown', detail };
}
