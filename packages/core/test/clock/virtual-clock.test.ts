import { virtualClock } from '@bridge/chaos-core/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const DAY = 24 * 3_600_000;

describe('the virtual clock', () => {
  it('stands still until it is advanced', async () => {
    const clock = virtualClock({ start: '2026-03-01T12:00:00Z' });
    expect([clock.now(), new Date(clock.wall()).toISOString()]).toEqual([0, '2026-03-01T12:00:00.000Z']);
    await clock.advance(1_500);
    expect([clock.now(), new Date(clock.wall()).toISOString()]).toEqual([1_500, '2026-03-01T12:00:01.500Z']);
  });

  it('runs timers in the order they fall due, each at its own instant, ties in the order they were set', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 60 }), async (delays) => {
        const clock = virtualClock();
        const fired: { delay: number; order: number; at: number }[] = [];
        for (const [order, delay] of delays.entries()) {
          clock.timer(delay, () => fired.push({ delay, order, at: clock.now() }));
        }
        await clock.advance(50);
        const expected = delays
          .map((delay, order) => ({ delay, order, at: delay }))
          .toSorted((a, b) => a.delay - b.delay || a.order - b.order);
        expect(fired).toEqual(expected);
        expect(clock.pending).toBe(0);
      }),
    );
  });

  it('does not run what falls due later, nor what was disposed', async () => {
    const clock = virtualClock();
    const fired: string[] = [];
    clock.timer(100, () => fired.push('on time'));
    clock.timer(101, () => fired.push('later'));
    clock.timer(50, () => fired.push('disposed'))[Symbol.dispose]();
    await clock.advance(100);
    expect(fired).toEqual(['on time']);
    expect(clock.pending).toBe(1);
  });

  it('lets long promise chains run to their end between timers', async () => {
    const clock = virtualClock();
    const seen: number[] = [];
    const chain = async (): Promise<void> => {
      for (let round = 0; round < 3; round += 1) {
        await clock.sleep(10);
        for (let link = 0; link < 500; link += 1) await null;
        seen.push(clock.now());
      }
    };
    const done = chain();
    await clock.advance(30);
    await done;
    expect(seen).toEqual([10, 20, 30]);
  });

  it('ends a sleep when its signal is aborted and forgets the timer', async () => {
    const clock = virtualClock();
    const stop = new AbortController();
    const sleep = clock.sleep(1_000, { signal: stop.signal });
    stop.abort(new Error('stopped'));
    await expect(sleep).rejects.toThrow('stopped');
    expect(clock.pending).toBe(0);
  });

  it('goes from timer to timer with next()', async () => {
    const clock = virtualClock();
    clock.timer(7, () => undefined);
    expect([await clock.next(), clock.now(), await clock.next()]).toEqual([true, 7, false]);
  });

  it('moves the wall clock alone, without any timer noticing', async () => {
    const clock = virtualClock({ start: 0 });
    let fired = false;
    clock.timer(1_000, () => {
      fired = true;
    });
    clock.shiftWall(3_600_000);
    await clock.advance(999);
    expect([clock.now(), clock.wall(), fired]).toEqual([999, 3_600_999, false]);
  });

  it('lives through a year of hourly ticks', async () => {
    const clock = virtualClock();
    let ticks = 0;
    const tick = (): void => {
      ticks += 1;
      clock.timer(3_600_000, tick);
    };
    clock.timer(3_600_000, tick);
    await clock.advance(365 * DAY);
    expect(ticks).toBe(8_760);
  });
});
