import { createRedactor, type Guard, isChaosError, type World } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { guardChain, refusalError } from '../../src/guard/guard-chain.ts';
import { createGuards } from '../../src/guard/guards.ts';
import { intent, safety, world } from './guard-harness.ts';

const redactor = createRedactor();
const refusal = (rule: string) => ({ rule, allowed: false, value: 'v', limit: 'l', reason: 'because' }) as const;
const guard = (rule: string, check: Guard['check'], waits?: true): Guard => ({
  rule,
  check,
  ...(waits === undefined ? {} : { waits }),
});
const yes = (rule: string): Guard => guard(rule, async () => ({ rule, allowed: true }));
const no = (rule: string): Guard => guard(rule, async () => refusal(rule));
const broken = guard('broken', async () => {
  throw new Error('no connection');
});

describe('guards', () => {
  it('are asked in this order', () => {
    const extra = [yes('of the host')];
    const { guards } = createGuards({ armed: true, safety: safety(), redactor, extra });
    expect(guards.map(({ rule }) => rule)).toEqual([
      'armed',
      'emergency-stop',
      'protected',
      'environment',
      'allow-list',
      'window',
      'opt-in',
      'blast-radius',
      'rate',
      'policy',
      'of the host',
      'approval',
      'health',
    ]);
  });

  it('all say yes to an armed engine with default options', async () => {
    const chain = createGuards({ armed: true, safety: safety(), redactor });
    expect(await chain.firstRefusal(intent(), world())).toBeUndefined();
  });

  it('all give their opinion on a plan, also after a refusal or a failure', async () => {
    const opinions = await guardChain([yes('a'), no('b'), broken, yes('c')]).checkAll(intent(), world());
    expect(opinions.map(({ rule, allowed }) => [rule, allowed])).toEqual([
      ['a', true],
      ['b', false],
      ['broken', false],
      ['c', true],
    ]);
  });

  it('stop at the first no', async () => {
    const asked: string[] = [];
    const last = guard('last', async () => {
      asked.push('last');
      return refusal('last');
    });
    expect((await guardChain([yes('a'), no('b'), last]).firstRefusal(intent(), world()))?.rule).toBe('b');
    expect(asked).toEqual([]);
  });

  it('that cannot be checked refuse', async () => {
    expect(await guardChain([broken]).firstRefusal(intent(), world())).toMatchObject({
      rule: 'broken',
      reason: 'the rule could not be checked: no connection',
    });
  });

  it('are asked again after one of them waited: an emergency stop during the approval counts', async () => {
    let engaged = false;
    const view: World = {
      ...world(),
      get latch() {
        return engaged ? { engaged, reason: 'pager', time: 'now', actor: null } : ({ engaged } as const);
      },
    };
    const approve = (): boolean => {
      engaged = true;
      return true;
    };
    const chain = createGuards({ armed: true, safety: safety({ requireApproval: 'low', approve }), redactor });
    expect((await chain.firstRefusal(intent(), view))?.rule).toBe('emergency-stop');
  });
});

describe('the error of a refusal', () => {
  it('says fault, target, rule, value, limit and remedy, in message and details', () => {
    const error = refusalError({ ...refusal('window'), remedy: 'wait' }, intent());
    expect(error.message).toBe(
      'CHAOS_GUARD_REFUSED: network.latency on container "payments" refused by rule "window": because (is v, limit l); wait',
    );
    expect(error.details).toEqual({
      rule: 'window',
      value: 'v',
      limit: 'l',
      reason: 'because',
      remedy: 'wait',
      fault: 'network.latency',
      target: 'payments',
    });
  });

  it.each([
    ['emergency-stop', 'CHAOS_EMERGENCY_STOPPED'],
    ['approval', 'CHAOS_APPROVAL_REJECTED'],
    ['a rule of the host', 'CHAOS_GUARD_REFUSED'],
  ] as const)('of %s has the code %s', (rule, code) => {
    expect(isChaosError(refusalError(refusal(rule), intent()), code)).toBe(true);
  });
});
