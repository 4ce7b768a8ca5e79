import { type ApprovalRequest, createRedactor, type World } from '@bridge/chaos-core';
import { virtualClock } from '@bridge/chaos-core/testkit';
import { describe, expect, it, vi } from 'vitest';
import { approvalGuard } from '../../src/guard/approval-guard.ts';
import { crash, intent, safety, world } from './guard-harness.ts';

type Options = NonNullable<Parameters<typeof safety>[0]>;

const ask = (options: Options, more: Parameters<typeof intent>[0] = {}, view: Partial<World> = {}) =>
  approvalGuard(safety(options), createRedactor()).check(intent(more), world(view));

describe('approval', () => {
  it.each([
    ['never', 'medium', false],
    ['never', 'critical', false],
    ['critical', 'medium', false],
    ['critical', 'critical', true],
    ['medium', 'medium', true],
    ['high', 'critical', true],
    ['low', 'medium', true],
  ] as const)('required from %s on, is asked for risk %s: %s', async (requireApproval, risk, asked) => {
    const approve = vi.fn(() => true);
    const opinion = await ask({ requireApproval, approve }, risk === 'critical' ? { fault: crash } : {});
    expect(opinion.allowed).toBe(true);
    expect(approve).toHaveBeenCalledTimes(asked ? 1 : 0);
  });

  it('is asked for every fault in production', async () => {
    const approve = vi.fn(() => false);
    expect((await ask({ approve }, { environment: 'production' })).allowed).toBe(false);
    expect(approve).toHaveBeenCalledTimes(1);
  });

  it('gets to see what it is about, without secrets', async () => {
    const seen: ApprovalRequest[] = [];
    const approve = (request: ApprovalRequest): boolean => seen.push(request) > 0;
    const params = { delay: '1s', password: 'hunter2' };
    await ask({ requireApproval: 'low', approve }, { params, actor: 'ci', runId: 'run-1', hold: 5 });
    expect(seen).toEqual([
      expect.objectContaining({
        fault: 'network.latency',
        risk: 'medium',
        params: { delay: '1s', password: '[redacted]' },
        hold: 5,
        actor: 'ci',
        runId: 'run-1',
        environment: null,
        because: 'risk medium, requireApproval low',
      }),
    ]);
  });

  it('names who said yes or no and why', async () => {
    const yes = { requireApproval: 'low', approve: async () => ({ approved: true, by: 'ann' }) } as const;
    expect(await ask(yes)).toEqual({ rule: 'approval', allowed: true, note: 'approved by ann' });
    const no = {
      requireApproval: 'low',
      approve: async () => ({ approved: false, by: 'bob', reason: 'sale' }),
    } as const;
    expect(await ask(no)).toMatchObject({ allowed: false, value: 'rejected by bob', reason: 'sale' });
  });

  it('is a no when nobody can be asked, when asking fails, and when the answer is no answer', async () => {
    expect(await ask({ requireApproval: 'low' })).toMatchObject({ allowed: false, value: 'nobody to ask' });
    const failing = { requireApproval: 'low', approve: () => Promise.reject(new Error('pager down')) } as const;
    expect(await ask(failing)).toMatchObject({ allowed: false, reason: 'asking failed: pager down' });
    const approve: NonNullable<Options['approve']> = () => JSON.parse('{"approved":"no"}');
    expect((await ask({ requireApproval: 'low', approve })).allowed).toBe(false);
  });

  it('is a no when the answer comes too late, and the question is told so', async () => {
    const clock = virtualClock();
    let given: AbortSignal | undefined;
    const approve: NonNullable<Options['approve']> = (_request, signal) => {
      given = signal;
      return new Promise(() => undefined);
    };
    const opinion = ask({ requireApproval: 'low', approve, approvalTimeout: '1m' }, {}, { clock });
    await clock.advance(59_999);
    expect(given?.aborted).toBe(false);
    await clock.advance(1);
    expect(await opinion).toMatchObject({ allowed: false, reason: 'no answer within 60000 ms' });
    expect([given?.aborted, clock.pending]).toEqual([true, 0]);
  });

  it('ends with the reason of whoever stops waiting', async () => {
    const stop = new AbortController();
    const approve: NonNullable<Options['approve']> = () => new Promise(() => undefined);
    const opinion = ask({ requireApproval: 'low', approve }, {}, { signal: stop.signal });
    stop.abort(new Error('run aborted'));
    await expect(opinion).rejects.toThrow('run aborted');
  });

  it('is not asked for while planning', async () => {
    const approve = vi.fn(() => true);
    expect(await ask({ requireApproval: 'low', approve }, {}, { purpose: 'plan' })).toMatchObject({
      allowed: true,
      note: 'approval will be asked for: risk medium, requireApproval low',
    });
    expect(approve).not.toHaveBeenCalled();
  });
});
