import { virtualClock } from '@bridge/chaos-core/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safetySchema } from '../../src/guard/safety.ts';
import { timeWindowsGuard } from '../../src/guard/time-windows.ts';
import { intent, safety, world } from './guard-harness.ts';

type Windows = NonNullable<Parameters<typeof safety>[0]>['windows'];
interface Rules {
  readonly windows?: Windows;
  readonly blackouts?: Windows;
}

const ask = (rules: Rules, start: string, hold?: number) =>
  timeWindowsGuard(safety(rules)).check(
    intent(hold === undefined ? {} : { hold }),
    world({ clock: virtualClock({ start }) }),
  );
const isOpen = async (rules: Rules, start: string, hold?: number) => (await ask(rules, start, hold)).allowed;

// 2026-03-27 is a Friday; Berlin is UTC+1 until 29 March, 03:00 local, and UTC+2 from then until 25 October.
const office: Windows = [{ cron: '0 9 * * MON-FRI', timeZone: 'Europe/Berlin', lasts: '8h' }];

describe('windows by cron', () => {
  it.each([
    ['2026-03-27T07:59:59.999Z', false],
    ['2026-03-27T08:00:00.000Z', true],
    ['2026-03-27T15:59:59.999Z', true],
    ['2026-03-27T16:00:00.000Z', false],
    ['2026-03-28T10:00:00.000Z', false],
    ['2026-03-30T07:00:00.000Z', true],
    ['2026-03-30T06:59:59.999Z', false],
  ])('know their time zone and its clock changes: %s is %s', async (start, open) => {
    expect(await isOpen({ windows: office }, start)).toBe(open);
  });

  it('refuse outside with the next opening', async () => {
    expect(await ask({ windows: office }, '2026-03-28T10:00:00.000Z')).toEqual({
      rule: 'window',
      allowed: false,
      value: '2026-03-28T10:00:00.000Z',
      limit: '"0 9 * * MON-FRI" Europe/Berlin for 28800000 ms',
      reason: 'no window is open now',
      remedy: 'the next one opens at 2026-03-30T07:00:00.000Z',
    });
  });

  it('must stay open until the hold of the fault is over', async () => {
    const [hour, late] = [3_600_000, '2026-03-27T15:30:00.000Z'];
    expect(await isOpen({ windows: office }, late, hour / 2)).toBe(true);
    expect(await ask({ windows: office }, late, hour)).toMatchObject({
      allowed: false,
      limit: 'open until 2026-03-27T16:00:00.000Z',
    });
    const evening: Windows = [...office, { days: ['fri'], from: '16:00', to: '20:00', timeZone: 'UTC' }];
    expect(await isOpen({ windows: evening }, late, hour)).toBe(true);
  });
});

describe('windows by days and times', () => {
  it('do not open on the day on which the clocks skip them, nor for a day on end', async () => {
    const night: Windows = [{ from: '02:00', to: '03:00', timeZone: 'Europe/Berlin' }];
    expect(await isOpen({ windows: night }, '2026-03-28T01:30:00.000Z')).toBe(true);
    expect(await isOpen({ windows: night }, '2026-03-29T01:00:00.000Z')).toBe(false);
    expect(await isOpen({ windows: night }, '2026-03-29T12:00:00.000Z')).toBe(false);
    expect(await ask({ windows: night }, '2026-03-28T12:00:00.000Z')).toMatchObject({
      remedy: 'the next one opens at 2026-03-30T00:00:00.000Z',
    });
    const day: Windows = [{ days: ['sun'], from: '02:00', to: '02:00', timeZone: 'Europe/Berlin' }];
    expect(await isOpen({ windows: day }, '2026-03-29T12:00:00.000Z')).toBe(true);
    expect(await isOpen({ windows: day }, '2026-03-30T00:00:00.000Z')).toBe(false);
  });

  it.each([
    ['2026-03-27T22:30:00Z', true],
    ['2026-03-28T05:59:59Z', true],
    ['2026-03-28T06:00:00Z', false],
    ['2026-03-28T22:30:00Z', false],
  ])('go over midnight when they end before they begin: %s is %s', async (start, open) => {
    expect(await isOpen({ windows: [{ days: ['fri'], from: '22:00', to: '06:00' }] }, start)).toBe(open);
  });

  it('end by the wall clock in a night that is an hour shorter', async () => {
    const night: Windows = [{ from: '22:00', to: '06:00', timeZone: 'Europe/Berlin' }];
    expect(await isOpen({ windows: night }, '2026-03-29T03:59:59Z')).toBe(true);
    expect(await isOpen({ windows: night }, '2026-03-29T04:00:00Z')).toBe(false);
  });

  it('are open all day when they begin and end at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
        (at) => isOpen({ windows: [{ from: '00:00', to: '00:00', timeZone: 'America/New_York' }] }, at.toISOString()),
      ),
    );
  });
});

describe('blackouts', () => {
  const sale: Windows = [{ starts: '2026-11-27T00:00:00Z', ends: '2026-11-30T00:00:00Z' }];
  it.each([
    ['2026-11-26T23:00:00Z', 0, true],
    ['2026-11-26T23:00:00Z', 3_599_999, true],
    ['2026-11-26T23:00:00Z', 3_600_000, false],
    ['2026-11-28T12:00:00Z', 0, false],
    ['2026-11-30T00:00:00Z', 0, true],
  ])('keep %s with a hold of %i ms: %s', async (start, hold, allowed) => {
    expect(await isOpen({ blackouts: sale }, start, hold)).toBe(allowed);
  });

  it('beat windows', async () => {
    const always: Windows = [{ from: '00:00', to: '00:00' }];
    expect(await ask({ windows: always, blackouts: always }, '2026-01-01T12:00:00Z')).toMatchObject({
      reason: 'the fault would live inside a blackout',
    });
  });
});

describe('a window that is not one', () => {
  it.each([
    [{ cron: '0 9 * *', lasts: '1h' }, 'cron pattern'],
    [{ cron: 'soon', lasts: '1h' }, 'cron pattern'],
    [{ cron: '0 9 * * *', lasts: 0 }, 'above 0'],
    [{ cron: '0 9 * * *', lasts: '1h', timeZone: 'Mars/Olympus' }, 'IANA time zone'],
    [{ from: '9:00', to: '17:00' }, 'time of day'],
    [{ from: '09:00', to: '24:00' }, 'time of day'],
    [{ starts: '2026-01-02T00:00:00Z', ends: '2026-01-01T00:00:00Z' }, 'after'],
    [{ starts: 'tomorrow', ends: '2026-01-01T00:00:00Z' }, 'ISO'],
  ])('%j is refused with its path', (window, message) => {
    const error = safetySchema.safeParse({ windows: [window] }).error;
    expect(error?.issues[0]?.path.slice(0, 2)).toEqual(['windows', 0]);
    expect(JSON.stringify(error?.issues)).toContain(message);
  });
});
