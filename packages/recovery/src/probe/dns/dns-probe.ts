import { Resolver } from 'node:dns/promises';
import { defineProbe, type ProbeResult } from '@bridge/chaos-core';
import { numberMismatch } from '../expectation/number-expectation.ts';
import { codeOf, networkFailure } from '../network-failure.ts';
import { dnsAnswers } from './dns-answers.ts';
import { type DnsOptions, dnsOptions } from './dns-options.ts';

/** Longer than any check may take: the sampler ends a check, not the resolver. */
const PATIENCE = 600_000;
/** No such name; the name has no such record. */
const ABSENT: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA']);

/**
 * Asks a DNS server, past the caches of the host and its hosts file. The value is the answers as text, sorted and joined
 * by ", ". One datagram per check and server: nothing is sent again, so a lost packet is a failed check. No answer,
 * SERVFAIL, REFUSED or a missing name is `degraded`.
 */
export const dns = defineProbe({
  type: 'dns',
  options: dnsOptions,
  async open(options) {
    return {
      async check(signal) {
        // Cancelling ends every query of a resolver: each check has its own.
        const resolver = new Resolver({ timeout: PATIENCE, tries: 1 });
        if (options.servers !== undefined) resolver.setServers(options.servers);
        const cancel = (): void => resolver.cancel();
        signal.addEventListener('abort', cancel, { once: true });
        try {
          return judge(options, (await dnsAnswers(resolver, options.host, options.record)).sort());
        } catch (error) {
          return failure(options, error, signal);
        } finally {
          signal.removeEventListener('abort', cancel);
        }
      },
      async close() {},
    };
  },
});

function judge({ host, record, expect }: DnsOptions, answers: readonly string[]): ProbeResult {
  const value = answers.join(', ');
  const degraded = (detail: string): ProbeResult => ({ health: 'degraded', value, detail });
  if (expect.absent) return degraded(`expected no ${record} of ${host}, got ${value}`);
  const missing = expect.answers?.find((answer) => !answers.includes(answer));
  if (missing !== undefined) return degraded(`expected ${missing} among the answers, got ${value}`);
  const mismatch = numberMismatch(expect.count ?? { atLeast: 1 }, answers.length);
  return mismatch === undefined ? { health: 'healthy', value } : degraded(`answers: ${mismatch}`);
}

function failure({ expect }: DnsOptions, error: unknown, signal: AbortSignal): ProbeResult {
  const code = codeOf(error);
  if (expect.absent && code !== undefined && ABSENT.has(code)) return { health: 'healthy', value: '' };
  return networkFailure(error, signal);
}
