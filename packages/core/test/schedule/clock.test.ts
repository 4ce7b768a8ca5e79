import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Calendar, cronCalendar, intervalCalendar } from '../../src/schedule/calendar.ts';
import { Metronome } from '../../src/schedule/metronome.ts';
import { virtualClock } from '../../src/testkit/virtual-clock.ts';
import { DAY, HOUR, MINUTE, ScheduleWorld } from './world.ts';

const times = (world: ScheduleWorld): string[] => world.done.map(({ at }) => new Date(at).toISOString());
const skips = (world: ScheduleWorld) => world.events('schedule:skipped').map(({ reason, due }) => [reason, due]);

describe('a schedule by cron', () => {
  it('follows its time zone where clocks are set forward: a time that is skipped comes once', async () => {
    await using world = await ScheduleWorld.make({ start: '2026-03-28T00:00:00Z' });
    world.begin({ when: { cron: '30 2 * * *', timeZone: 'Europe/Berlin' } });
    await world.clock.advance(3 * DAY);
    expect(times(world)).toEqual(['2026-03-28T01:30:00.000Z', '2026-03-29T01:00:00.000Z', '2026-03-30T00:30:00.000Z']);
  });

  it('and where clocks are set back: a time that comes twice counts once', async () => {
    await using world = await ScheduleWorld.make({ start: '2026-10-24T00:00:00Z' });
    world.begin({ when: { cron: '30 2 * * *', timeZone: 'Europe/Berlin' } });
    await world.clock.advance(3 * DAY);
    expect(times(world)).toEqual(['2026-10-24T00:30:00.000Z', '2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z']);
  });
});

describe('a schedule on a host whose clock jumps', () => {
  it('drops what it slept through, says so, and does not make up for it', async () => {
    await using world = await ScheduleWorld.make();
    world.begin({ when: { cron: '0 * * * *' } });
    await world.clock.advance(HOUR);
    // The host sleeps: timers stand still while the wall clock goes on.
    world.clock.shiftWall(5 * HOUR + 30 * MINUTE);
    await world.clock.advance(2 * HOUR);
    expect(times(world)).toEqual(['2026-01-01T01:00:00.000Z', '2026-01-01T07:00:00.000Z', '2026-01-01T08:00:00.000Z']);
    expect(skips(world)).toEqual([['missed', '2026-01-01T02:00:00.000Z']]);
    expect(world.events('schedule:skipped')[0]?.detail).toContain(
      'from 2026-01-01T02:00:00.000Z to 2026-01-01T06:00:00.000Z',
    );
  });

  it('does once, and not for each, what it notices within its grace', async () => {
    await using world = await ScheduleWorld.make();
    world.begin({ when: { cron: '*/5 * * * *' } });
    await world.clock.advance(5 * MINUTE);
    world.clock.shiftWall(22 * MINUTE);
    await world.clock.advance(6 * MINUTE);
    // It wakes at 00:32: 00:10 to 00:25 are gone, 00:30 is done, late.
    expect(times(world)).toEqual(['2026-01-01T00:05:00.000Z', '2026-01-01T00:32:00.000Z']);
    expect(world.events('schedule:picked').map(({ due }) => due.slice(11, 16))).toEqual(['00:05', '00:30']);
    expect(skips(world)).toEqual([['missed', '2026-01-01T00:10:00.000Z']]);
  });

  it('never does a tick again when the clock is set back', async () => {
    await using world = await ScheduleWorld.make();
    world.begin({ when: { cron: '0 * * * *' } });
    await world.clock.advance(3 * HOUR);
    world.clock.shiftWall(-2 * HOUR);
    await world.clock.advance(4 * HOUR);
    expect(world.events('schedule:picked').map(({ due }) => due.slice(11, 16))).toEqual([
      '01:00',
      '02:00',
      '03:00',
      '04:00',
      '05:00',
    ]);
  });
});

const instant = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2040, 0) });

function holdsFor(calendar: Calendar, at: number): void {
  const next = calendar.next(at);
  const latest = calendar.latest(at);
  if (next === undefined || latest === undefined) throw new Error('expected a calendar without end');
  expect(next).toBeGreaterThan(at);
  expect(latest).toBeLessThanOrEqual(at);
  // Nothing lies between: the tick after the last is the next, and the last before the next is the last.
  expect(calendar.next(latest)).toBe(next);
  expect(calendar.latest(next - 1)).toBe(latest);
  expect(calendar.latest(next)).toBe(next);
}

describe('calendars', { timeout: 60_000 }, () => {
  it('by interval: every instant lies between its last tick and its next, which are one interval apart', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 1, max: 40 * DAY }), fc.string(), (at, every, name) => {
        const calendar = intervalCalendar(every, name);
        holdsFor(calendar, at);
        expect(calendar.next(at)).toBe((calendar.latest(at) ?? 0) + every);
      }),
      { seed: 1 },
    );
  });

  it('by cron: the same, in any time zone', () => {
    const patterns = fc.constantFrom('*/10 * * * *', '30 2 * * *', '0 9 * * MON-FRI', '15,45 1-3 * * SUN', '0 0 1 * *');
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu');
    fc.assert(
      fc.property(instant, patterns, zones, (at, pattern, zone) => holdsFor(cronCalendar(pattern, zone), at)),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe('a metronome', () => {
  it('ticks in ascending order, none twice and none that is not in the calendar, whatever the clock does', async () => {
    const step = fc.oneof(
      fc.record({ advance: fc.integer({ min: 1, max: 3 * HOUR }) }),
      fc.record({ shift: fc.integer({ min: -3 * HOUR, max: 3 * HOUR }) }),
      fc.record({ restart: fc.constant(true) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: MINUTE, max: 5 * HOUR }),
        fc.array(step, { maxLength: 12 }),
        async (every, steps) => {
          const clock = virtualClock();
          const calendar = intervalCalendar(every, 'test');
          const ticks: number[] = [];
          const metronome = new Metronome({
            clock,
            calendar,
            grace: 10 * MINUTE,
            onTick: (due) => {
              expect(clock.wall() - due).toBeGreaterThanOrEqual(0);
              expect(clock.wall() - due).toBeLessThanOrEqual(10 * MINUTE);
              ticks.push(due);
            },
            onMissed: () => {},
            onOver: () => {},
          });
          metronome.start();
          for (const one of steps) {
            if ('advance' in one) await clock.advance(one.advance);
            else if ('shift' in one) clock.shiftWall(one.shift);
            else metronome.start();
          }
          metronome.stop();
          expect(ticks).toEqual([...new Set(ticks)].sort((a, b) => a - b));
          expect(ticks.every((due) => calendar.latest(due) === due)).toBe(true);
          expect(clock.pending).toBe(0);
        },
      ),
      { seed: 1, numRuns: 60 },
    );
  });
});
