import { isChaosError, type JsonObject } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { faultPoliciesGuard, verifyFaultPolicies } from '../../src/guard/fault-policies.ts';
import { crash, intent, latency, safety, world } from './guard-harness.ts';

type Policies = NonNullable<Parameters<typeof safety>[0]>['faults'];

const ask = (faults: Policies, params: JsonObject, hold?: number) =>
  faultPoliciesGuard(safety({ faults })).check(intent({ params, ...(hold === undefined ? {} : { hold }) }), world());

describe('rules by fault type', () => {
  it('disable a fault', async () => {
    expect(await ask({ 'network.latency': { enabled: false } }, { delay: 1 })).toMatchObject({
      rule: 'policy',
      allowed: false,
      value: 'network.latency',
      limit: 'network.latency disabled',
    });
    expect((await ask({ 'network.loss': { enabled: false } }, { delay: 1 })).allowed).toBe(true);
  });

  it('are those of the most specific name alone', async () => {
    const all: Policies = { '*': { enabled: false }, 'network.*': { max: { delay: '1s' } } };
    expect((await ask(all, { delay: '1s' })).allowed).toBe(true);
    expect((await ask(all, { delay: '2s' })).allowed).toBe(false);
    expect((await ask({ ...all, 'network.latency': {} }, { delay: '2s' })).allowed).toBe(true);
    expect((await ask({ '*': { enabled: false } }, { delay: 1 })).allowed).toBe(false);
  });

  it.each([
    ['2s', true],
    [2_000, true],
    ['2 seconds', true],
    ['2001ms', false],
    ['1m', false],
  ])('compare values, not texts: a delay of %s under a ceiling of 2s: %s', async (delay, allowed) => {
    expect((await ask({ 'network.latency': { max: { delay: '2s' } } }, { delay })).allowed).toBe(allowed);
  });

  it('name the parameter, what it is and its limit', async () => {
    expect(await ask({ 'network.latency': { max: { delay: '2s' } } }, { delay: '1m' })).toEqual({
      rule: 'policy',
      allowed: false,
      value: 'delay 1m',
      limit: 'max delay 2s',
      reason: 'the parameter is above its ceiling',
      remedy: 'use at most 2s',
    });
    expect(await ask({ 'network.latency': { min: { rate: '1MB/s' } } }, { delay: 0, rate: '8kbit/s' })).toMatchObject({
      value: 'rate 8kbit/s',
      limit: 'min rate 1MB/s',
      reason: 'the parameter is below its floor',
    });
  });

  it('do not compare a parameter that is left out', async () => {
    expect((await ask({ 'network.latency': { max: { jitter: '1s' } } }, { delay: 1 })).allowed).toBe(true);
  });

  it('refuse what cannot be compared', async () => {
    expect(await ask({ 'network.latency': { max: { note: 'abc' } } }, { delay: 1, note: 'x' })).toMatchObject({
      allowed: false,
      reason: expect.stringContaining('cannot be compared'),
    });
    expect((await ask({ 'network.latency': {} }, { delay: 'long' })).allowed).toBe(false);
  });

  it('limit how long a fault is held, each its own way', async () => {
    expect((await ask({}, { delay: 1 }, 15 * 60_000)).allowed).toBe(true);
    expect(await ask({}, { delay: 1 }, 15 * 60_000 + 1)).toMatchObject({ limit: 'maxHold 900000 ms' });
    const short: Policies = { 'network.*': { maxHold: '10s' } };
    expect(await ask(short, { delay: 1 }, 10_001)).toMatchObject({ limit: 'maxHold 10000 ms' });
  });
});

describe('rules that could never apply are found at the start', () => {
  it.each<[Policies, string]>([
    [{ 'network.latencey': {} }, 'safety.faults.network.latencey'],
    [{ 'disk.*': {} }, 'safety.faults.disk.*'],
    [{ 'network.latency': { max: { dealy: '2s' } } }, 'safety.faults.network.latency.max.dealy'],
    [{ 'network.latency': { max: { delay: 'long' } } }, 'safety.faults.network.latency.max.delay'],
    [{ 'network.latency': { min: { note: 'x' } } }, 'safety.faults.network.latency.min.note'],
  ])('%j', (faults, path) => {
    const verify = (): void => verifyFaultPolicies(safety({ faults }), [latency, crash]);
    expect(verify).toThrow(path);
    expect(verify).toThrow(expect.toSatisfy((error) => isChaosError(error, 'CHAOS_OPTIONS_INVALID')));
  });

  it('and those that can are not', () => {
    const faults: Policies = {
      '*': { max: { delay: '2s' } },
      'container.*': { enabled: false },
      'network.latency': {},
    };
    expect(() => verifyFaultPolicies(safety({ faults }), [latency, crash])).not.toThrow();
  });
});
