import { defineProbe, type ProbeResult } from '@bridge/chaos-core';
import { type Value, valueMismatch } from '../expectation/value-expectation.ts';
import { missingPackage } from '../missing-package.ts';
import { networkFailure } from '../network-failure.ts';
import { RedisConnection } from './redis-connection.ts';
import { type RedisOptions, redisOptions } from './redis-options.ts';

/** Replies that speak of how the probe was written: wrong password, no permission, no such command. */
const PROBES_OWN = /^(WRONGPASS|NOAUTH|NOPERM|ERR unknown command|ERR wrong number of arguments)/;

/**
 * Sends one command to Redis and judges the reply, which is the value (structures as JSON). An error reply, no
 * connection or no answer is `degraded`; refused credentials and commands that do not exist are `unknown`. Needs the
 * package `redis`.
 */
export const redis = defineProbe({
  type: 'redis',
  options: redisOptions,
  async open(options, { log }) {
    const { createClient } = await import('redis').catch(missingPackage('redis'));
    const connection = new RedisConnection(createClient, options, log);
    return {
      async check(signal) {
        try {
          return judge(options, asValue(await connection.send(options.command, signal)));
        } catch (error) {
          const failure = networkFailure(error, signal);
          return PROBES_OWN.test(failure.detail ?? '') ? { ...failure, health: 'unknown' } : failure;
        }
      },
      async close() {
        connection.close();
      },
    };
  },
});

function judge({ expect }: RedisOptions, value: Value): ProbeResult {
  const mismatch = expect === undefined ? undefined : valueMismatch(expect, value);
  return mismatch === undefined ? { health: 'healthy', value } : { health: 'degraded', value, detail: mismatch };
}

function asValue(reply: unknown): Value {
  if (reply === null || reply === undefined) return null;
  if (typeof reply === 'string' || typeof reply === 'number' || typeof reply === 'boolean') return reply;
  return JSON.stringify(reply);
}
