import { failpoint, failpoints, marked } from '@bridge/chaos-injectors/app';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { liveEngine } from './live-engine.ts';

const target = { app: 'self' } as const;

class ConflictError extends Error {}

const saveOrder = failpoint('orders.save', {
  returns: z.object({ id: z.string(), total: z.coerce.number() }),
  errors: { conflict: () => new ConflictError('taken') },
  description: 'before the order is written',
});
const sendMail = failpoint('mail.send');
const chargeCard = failpoint('card.charge');

async function save(customer: string): Promise<string> {
  if (saveOrder.armed) {
    const instead = await saveOrder.hit({ customer });
    if (instead !== undefined) return `instead ${instead.value.id} ${instead.value.total}`;
  }
  return 'saved';
}

const outcomeOf = (customer = 'ada'): Promise<string> => save(customer).catch((thrown: Error) => thrown.message);

async function outcomes(count: number): Promise<string> {
  const ended: string[] = [];
  for (let n = 0; n < count; n += 1) ended.push((await outcomeOf()) === 'saved' ? 'S' : 'F');
  return ended.join('');
}

describe('a failpoint', () => {
  it('can be listed', async () => {
    expect(failpoints()).toEqual([
      { name: 'card.charge', description: '', armed: false },
      { name: 'mail.send', description: '', armed: false },
      { name: 'orders.save', description: 'before the order is written', armed: false },
    ]);
  });

  it('throws the errors it declares, and returns values it may return', async () => {
    await using live = await liveEngine();
    const base = { name: 'orders.save', scope: 'process' } as const;
    {
      const action = { kind: 'throw', error: 'conflict' } as const;
      await using _fault = await live.inject({ type: 'app.failpoint', target, params: { ...base, action } });
      await expect(save('ada')).rejects.toBeInstanceOf(ConflictError);
    }
    expect(saveOrder.armed).toBe(false);
    const action = { kind: 'return', value: { id: 'o1', total: '12' } } as const;
    await using _fault = await live.inject({ type: 'app.failpoint', target, params: { ...base, action } });
    expect(await outcomeOf()).toBe('instead o1 12');
  });

  it.each([
    [{ first: 2 }, 'FFSSSS'],
    [{ every: 3 }, 'SSFSSF'],
    [{ pattern: 'FFS' }, 'FFSSSS'],
    [{ pattern: 'FS', repeat: true }, 'FSFSFS'],
  ])('fails %j', async (when, expected) => {
    await using live = await liveEngine();
    const params = { name: 'orders.save', scope: 'process', when, action: { kind: 'throw' } } as const;
    await using _fault = await live.inject({ type: 'app.failpoint', target, params });
    expect(await outcomes(6)).toBe(expected);
  });

  it('counts only hits that are in scope and fit', async () => {
    await using live = await liveEngine();
    const params = {
      name: 'orders.save',
      scope: 'marked',
      where: { customer: 'ada' },
      when: { every: 2 },
      action: { kind: 'throw', message: 'no', code: 'E_NO' },
    } as const;
    await using _fault = await live.inject({ type: 'app.failpoint', target, params });
    expect(await outcomeOf('ada')).toBe('saved');
    const ended = await marked('drill', async () => [
      await outcomeOf('bob'),
      await outcomeOf('ada'),
      await outcomeOf('bob'),
      await outcomeOf('ada'),
    ]);
    expect(ended).toEqual(['saved', 'saved', 'saved', 'no']);
  });

  it('draws from a weighted mix', async () => {
    await using live = await liveEngine();
    const mix = [
      { weight: 3, action: { kind: 'throw', message: 'a' } },
      { weight: 1, action: { kind: 'throw', message: 'b' } },
    ] as const;
    const action: [(typeof mix)[0], (typeof mix)[1]] = [mix[0], mix[1]];
    const params = { name: 'orders.save', scope: 'process', action } as const;
    await using _fault = await live.inject({ type: 'app.failpoint', target, params });
    const drawn = await Promise.all(Array.from({ length: 400 }, () => outcomeOf()));
    const share = drawn.filter((message) => message === 'a').length / drawn.length;
    expect(share).toBeGreaterThan(0.6);
    expect(share).toBeLessThan(0.9);
  });

  it('pauses until the fault ends', async () => {
    await using live = await liveEngine();
    const params = { name: 'orders.save', scope: 'process', action: { kind: 'pause' } } as const;
    const fault = await live.inject({ type: 'app.failpoint', target, params });
    const waiting = outcomeOf();
    const turn = new Promise((resolve) => setImmediate(resolve, 'still waiting'));
    expect(await Promise.race([waiting, turn])).toBe('still waiting');
    await fault.revert();
    expect(await waiting).toBe('saved');
  });

  it('stays armed for the second of two faults when the first ends', async () => {
    await using live = await liveEngine();
    const base = { name: 'mail.send', scope: 'process' } as const;
    const first = await live.inject({
      type: 'app.failpoint',
      target,
      params: { ...base, action: { kind: 'throw', message: '1' } },
    });
    const second = await live.inject({
      type: 'app.failpoint',
      target,
      params: { ...base, action: { kind: 'throw', message: '2' } },
    });
    await expect(sendMail.hit()).rejects.toThrow('1');
    await first.revert();
    await expect(sendMail.hit()).rejects.toThrow('2');
    expect(() => sendMail.hitSync()).toThrow('2');
    await second.revert();
    expect(sendMail.armed).toBe(false);
  });

  it.each([
    [
      'orders.sav',
      { kind: 'throw' },
      'expected a declared failpoint, got "orders.sav"; there are card.charge, mail.send, orders.save',
    ],
    [
      'orders.save',
      { kind: 'throw', error: 'timeout' },
      'expected an error that orders.save declares, got "timeout"; there are conflict',
    ],
    ['orders.save', { kind: 'return', value: { id: 1 } }, 'expected a value that orders.save may return'],
    ['mail.send', { kind: 'return', value: 1 }, 'mail.send declares no value that it may return'],
  ] as const)('is not armed: %s %j', async (name, action, message) => {
    await using live = await liveEngine();
    const injecting = live.inject({ type: 'app.failpoint', target, params: { name, scope: 'process', action } });
    await expect(injecting).rejects.toThrow(message);
    expect(failpoints().some(({ armed }) => armed)).toBe(false);
  });
});

describe('a swarm of failpoints', () => {
  const points = [chargeCard, sendMail, saveOrder];
  const chosenBy = async (seed: number): Promise<string> => {
    await using live = await liveEngine();
    const params = { scope: 'process', perPoint: 0.5, perHit: 1, seed, action: { kind: 'throw' } } as const;
    await using _fault = await live.inject({ type: 'app.failpoint-swarm', target, params });
    return points.map(({ armed }) => (armed ? 'F' : 'S')).join('');
  };

  it('chooses the same for one seed, others for other seeds, and at least one', async () => {
    const seeds = [1, 2, 3, 4, 5, 6];
    const first: string[] = [];
    const again: string[] = [];
    for (const seed of seeds) {
      first.push(await chosenBy(seed));
      again.push(await chosenBy(seed));
    }
    expect(again).toEqual(first);
    expect(new Set(first).size).toBeGreaterThan(1);
    expect(first).not.toContain('SSS');
    expect(points.some(({ armed }) => armed)).toBe(false);
  });
});
