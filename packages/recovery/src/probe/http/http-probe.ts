import { defineProbe, type ProbeResult } from '@bridge/chaos-core';
import { type BodyCheck, bodyCheck } from '../expectation/body-expectation.ts';
import { statusIsExpected } from '../expectation/status-expectation.ts';
import { textMismatch } from '../expectation/text-expectation.ts';
import { networkFailure } from '../network-failure.ts';
import { openAgents } from './http-agents.ts';
import { exchange, type HttpRequest, type HttpResponse } from './http-exchange.ts';
import { type HttpOptions, httpOptions } from './http-options.ts';
import { redirected } from './http-redirect.ts';

/** Body checks look at the first mebibyte; a longer body fails them rather than being judged in part. */
const BODY_LIMIT = 2 ** 20;

/**
 * Sends one HTTP request and judges the whole answer: status, headers, body. The value is the status code. An answer
 * that does not fit, no answer, a refused connection or a bad certificate is `degraded`; only trouble of the prober
 * itself (no descriptors, ports or memory left) is `unknown`. One attempt per check: nothing is retried.
 */
export const http = defineProbe({
  type: 'http',
  options: httpOptions,
  async open(options) {
    const agents = await openAgents(options);
    const bodyChecks = [options.expect.body ?? []].flat().map(bodyCheck);
    const first = firstRequest(options, bodyChecks.length > 0 ? BODY_LIMIT : 0);
    return {
      async check(signal) {
        try {
          let request: HttpRequest = { ...first, agent: agents.for(first.url) };
          let response = await exchange(request, signal);
          for (let left = options.redirects; left > 0; left -= 1) {
            const next = redirected(request, response);
            if (next === undefined) break;
            request = { ...request, ...next, agent: agents.for(next.url) };
            response = await exchange(request, signal);
          }
          return judge(options, bodyChecks, response);
        } catch (error) {
          return networkFailure(error, signal);
        }
      },
      async close() {
        agents.close();
      },
    };
  },
});

function firstRequest(options: HttpOptions, keep: number): Omit<HttpRequest, 'agent'> {
  const { body, headers, socketPath } = options;
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const isJson = text !== undefined && typeof body !== 'string';
  const named = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  return {
    url: new URL(options.url),
    method: options.method ?? (text === undefined ? 'GET' : 'POST'),
    headers: {
      ...(isJson && !named.has('content-type') ? { 'content-type': 'application/json' } : {}),
      ...(text !== undefined && !named.has('content-length') ? { 'content-length': `${Buffer.byteLength(text)}` } : {}),
      ...headers,
    },
    body: text,
    socketPath,
    keep,
  };
}

/** Headers whose values are secrets. */
const SECRET = /authorization|authenticat|cookie/i;

function judge({ expect }: HttpOptions, bodyChecks: readonly BodyCheck[], response: HttpResponse): ProbeResult {
  const { status } = response;
  const degraded = (detail: string): ProbeResult => ({ health: 'degraded', value: status, detail });
  if (!statusIsExpected(expect.status, status)) {
    return degraded(`expected status ${[expect.status].flat().join(' or ')}, got ${status}`);
  }
  for (const [name, expected] of Object.entries(expect.headers)) {
    const found = response.headers[name.toLowerCase()];
    if (found === undefined) return degraded(`expected a header ${name}, got none`);
    const mismatch = textMismatch(expected, [found].flat().join(', '));
    if (mismatch !== undefined) return degraded(`header ${name}: ${SECRET.test(name) ? 'not as expected' : mismatch}`);
  }
  if (bodyChecks.length > 0 && response.truncated) return degraded(`expected a body of at most ${BODY_LIMIT} bytes`);
  for (const check of bodyChecks) {
    const mismatch = check(response.body);
    if (mismatch !== undefined) return degraded(mismatch);
  }
  return { health: 'healthy', value: status };
}
