import type { FencedLeadership } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, ScheduleWorld } from './world.ts';

const HOURLY = { when: { cron: '0 * * * *' } } as const;

/** Two replicas; one leads. The fence is one for both, as a database is. */
class Fleet {
  readonly granted: string[] = [];
  leader: string;
  #term = new AbortController();

  constructor(leader: string) {
    this.leader = leader;
  }

  elect(leader: string): void {
    this.#term.abort(new Error('the term is lost'));
    this.#term = new AbortController();
    this.leader = leader;
  }

  leadership(node: string): FencedLeadership {
    const isLeader = (): boolean => this.leader === node;
    const signal = (): AbortSignal => this.#term.signal;
    return {
      get standing() {
        return isLeader() ? { role: 'leader' as const, signal: signal() } : { role: 'witness' as const };
      },
      begin: async ({ key }) => {
        if (this.granted.includes(key)) return { granted: false, reason: 'already-begun', detail: key };
        this.granted.push(key);
        return { granted: true, finish: async () => {} };
      },
    };
  }
}

describe('a schedule in a fleet', () => {
  it('acts on the leader alone, and on the next leader when it changes', async () => {
    await using one = await ScheduleWorld.make();
    await using two = await ScheduleWorld.make();
    const fleet = new Fleet('one');
    one.begin({ ...HOURLY, leadership: fleet.leadership('one') });
    two.begin({ ...HOURLY, leadership: fleet.leadership('two'), seed: 2 });
    const advance = async (ms: number): Promise<void> => {
      await one.clock.advance(ms);
      await two.clock.advance(ms);
    };
    await advance(3 * HOUR);
    fleet.elect('two');
    await advance(3 * HOUR);
    const hours = (world: ScheduleWorld) => world.events('schedule:picked').map(({ due }) => due.slice(11, 13));
    expect(hours(one)).toEqual(['01', '02', '03']);
    expect(hours(two)).toEqual(['04', '05', '06']);
    expect(one.events('schedule:skipped')).toEqual([]);
  });

  it('does a tick once even when the new leader comes to it late', async () => {
    await using one = await ScheduleWorld.make({ start: '2026-01-01T00:30:00Z' });
    // Its clock is two minutes slow: the tick comes here when the other has done it.
    await using two = await ScheduleWorld.make({ start: '2026-01-01T00:28:00Z' });
    const fleet = new Fleet('one');
    one.begin({ ...HOURLY, leadership: fleet.leadership('one') });
    two.begin({ ...HOURLY, leadership: fleet.leadership('two') });
    await one.clock.advance(30 * MINUTE);
    fleet.elect('two');
    await two.clock.advance(32 * MINUTE);
    expect([one.done.length, two.done.length]).toEqual([1, 0]);
    expect(two.events('schedule:skipped')).toMatchObject([{ reason: 'claimed', due: '2026-01-01T01:00:00.000Z' }]);
  });

  it('ends what is under way when leadership is lost', async () => {
    await using world = await ScheduleWorld.make();
    const fleet = new Fleet('one');
    const things = [{ deed: world.deed('long', { takes: 10 * HOUR }) }];
    world.begin({ ...HOURLY, leadership: fleet.leadership('one'), things });
    await world.clock.advance(HOUR);
    expect(world.done[0]?.order.signal.aborted).toBe(false);
    fleet.elect('two');
    await world.clock.advance(1);
    expect(world.events('schedule:done')).toMatchObject([{ outcomes: [{ outcome: 'inconclusive' }] }]);
  });

  it('takes a function that knows who leads', async () => {
    await using world = await ScheduleWorld.make();
    let leads = false;
    world.begin({ ...HOURLY, leadership: () => leads });
    await world.clock.advance(2 * HOUR);
    leads = true;
    await world.clock.advance(2 * HOUR);
    expect(world.done).toHaveLength(2);
  });
});

describe('what was recorded before', () => {
  it('keeps the pace over a restart', async () => {
    await using world = await ScheduleWorld.make();
    const past = () => world.engine.recent();
    const input = { ...HOURLY, pace: { minTimeBetween: '5h' as const }, past };
    const first = world.begin(input);
    await world.clock.advance(HOUR);
    await first.stop();
    world.begin(input);
    await world.clock.advance(6 * HOUR);
    expect(world.done.map(({ at }) => new Date(at).getUTCHours())).toEqual([1, 6]);
  });

  it('keeps what passed alone, so that stress need not begin anew', async () => {
    await using world = await ScheduleWorld.make();
    const things = ['a', 'b'].map((name) => ({ deed: world.deed(name) }));
    const input = { ...HOURLY, mode: { stress: 2 as const }, things, past: () => world.engine.recent() };
    const first = world.begin(input);
    await world.clock.advance(24 * HOUR);
    await first.stop();
    world.done.length = 0;
    world.begin(input);
    await world.clock.advance(HOUR);
    expect(world.done.map(({ deed }) => deed).sort()).toEqual(['a', 'b']);
  });

  it('is read again by whoever becomes the leader', async () => {
    await using world = await ScheduleWorld.make();
    let leads = true;
    let reads = 0;
    const past = () => {
      reads += 1;
      return [];
    };
    world.begin({ ...HOURLY, leadership: () => leads, past });
    await world.clock.advance(3 * HOUR);
    expect(reads).toBe(1);
    leads = false;
    await world.clock.advance(HOUR);
    leads = true;
    await world.clock.advance(3 * HOUR);
    expect(reads).toBe(2);
  });

  it('is read again when another led in between, even where nothing was due meanwhile', async () => {
    await using world = await ScheduleWorld.make();
    const fleet = new Fleet('one');
    let reads = 0;
    const past = () => {
      reads += 1;
      return [];
    };
    world.begin({ ...HOURLY, leadership: fleet.leadership('one'), past });
    await world.clock.advance(2 * HOUR);
    expect(reads).toBe(1);
    fleet.elect('two');
    fleet.elect('one');
    await world.clock.advance(HOUR);
    expect(reads).toBe(2);
    expect(world.done).toHaveLength(3);
  });

  it('stops a tick when it cannot be read: nobody acts without knowing', async () => {
    await using world = await ScheduleWorld.make();
    let broken = true;
    const past = async () => {
      if (broken) throw new Error('no ledger');
      return [];
    };
    world.begin({ ...HOURLY, past });
    await world.clock.advance(HOUR);
    expect(world.done).toEqual([]);
    expect(world.events('schedule:skipped')).toMatchObject([{ reason: 'not-ready', detail: 'no ledger' }]);
    broken = false;
    await world.clock.advance(HOUR);
    expect(world.done).toHaveLength(1);
  });
});
