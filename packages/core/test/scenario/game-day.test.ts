import { createHash } from 'node:crypto';
import { type AnyChaosEvent, GameDay, type GameDayInput } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { libraryOf, like } from './fixture.ts';
import { intact, liveEngine } from './live.ts';

const library = libraryOf({ scenarios: [like('two', {})] });
const roles = { facilitator: ['ana'], responder: ['ben', 'cleo'], scribe: ['dora'] };

function dayIn(folder: string, changes: Partial<GameDayInput> = {}): GameDayInput {
  const given = { where: { folder }, time: '300ms' };
  return {
    name: 'autumn',
    roles,
    injects: [
      { scenario: 'one', with: given, expected: 'remove the file' },
      { title: 'the second', scenario: 'two', with: given, after: '10ms', hidden: false },
    ],
    ...changes,
  };
}

const observed = (folder: string) => ({
  experiment: {
    baseline: '300ms' as const,
    steadyState: { probes: [intact({ name: 'folder', folder, every: '10ms', timeout: '10s' })] },
    recovery: { within: '20s' as const, hold: '300ms' as const },
  },
});

type Engine = Awaited<ReturnType<typeof liveEngine>>['engine'];

/** A program and a person who react to the first fault; only a person to the second. */
function react(engine: Engine, day: GameDay): Disposable {
  let faults = 0;
  return engine.on('fault:effective', () => {
    faults += 1;
    if (faults === 1) {
      engine.signal({ kind: 'trigger', name: 'watchdog' });
      day.acknowledge('ben', 'files where none should be');
      day.act('ben', 'cleaning up');
      day.note('dora', 'ben was fast');
    } else day.acknowledge('cleo');
  });
}

describe('a game day', { timeout: 60_000 }, () => {
  it('is followed by responders without what is hidden, until it is revealed', async () => {
    await using live = await liveEngine();
    const { engine, world } = live;
    const day = new GameDay(engine, library, dayIn(world.root), observed(world.root));
    const seen: AnyChaosEvent[] = [];
    using _following = day.follow((event) => seen.push(event));
    const atEnd: string[][] = [];
    using _noticing = engine.on('fault:effective', () => day.acknowledge('ben'));
    using _ends = engine.on('fault:reverted', () => void atEnd.push(seen.map(({ type }) => type)));
    await day.run();
    const [hidden = [], open = []] = atEnd;
    expect(hidden).toContain('host:signal');
    expect(hidden.filter((type) => /^(run|fault|step|schedule|guard):/.test(type))).toEqual([]);
    expect(open).toEqual(expect.arrayContaining(['fault:effective', 'fault:reverted', 'run:finished', 'run:started']));
    const faults = seen.filter(({ type }) => type.startsWith('fault:')).map(({ sequence }) => sequence);
    expect(faults).toEqual(faults.toSorted((a, b) => a - b));
    expect(seen.filter(({ type }) => type === 'fault:effective')).toHaveLength(2);
  });

  it('sets people beside programs, with what happened in the order of time', async () => {
    await using live = await liveEngine();
    const { engine, world } = live;
    const day = new GameDay(engine, library, dayIn(world.root), observed(world.root));
    using _nervous = engine.once('run:phase', () => engine.signal({ kind: 'trigger', name: 'nervous' }));
    using _reacting = react(engine, day);
    const report = await day.run();
    const [first, second] = report.injects;
    expect(first?.run?.detection).toMatchObject({
      human: { by: 'ben' },
      automatic: { by: 'watchdog' },
      first: 'automatic',
    });
    expect(first?.run?.action).toMatchObject({ human: { by: 'ben' }, automatic: null, first: 'human' });
    expect(first?.run?.falseAlarms).toEqual(['nervous']);
    expect(second?.run?.detection).toMatchObject({ human: { by: 'cleo' }, automatic: null, first: 'human' });
    expect(report.detection).toMatchObject({
      human: { observed: 2, missed: 0 },
      automatic: { observed: 1, missed: 1 },
    });
    const kinds = report.timeline
      .filter(({ inject }) => inject !== 2)
      .map(({ kind, by }) => (by === null ? kind : `${kind} ${by}`));
    expect(kinds).toEqual(
      expect.arrayContaining([
        'began',
        'inject',
        'noticed watchdog',
        'noticed ben',
        'acted ben',
        'note dora',
        'revealed',
        'ended',
      ]),
    );
    expect(kinds.indexOf('noticed watchdog')).toBeLessThan(kinds.indexOf('noticed ben'));
    const times = report.timeline.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('keeps what is hidden until it is over, and proves then that it was decided before', async () => {
    await using live = await liveEngine();
    const { engine, world } = live;
    const day = new GameDay(engine, library, dayIn(world.root), observed(world.root));
    const before = day.view();
    expect(before.injects).toMatchObject([
      { title: 'inject 1', state: 'hidden', scenario: null },
      { title: 'the second', state: 'waiting', scenario: 'two' },
    ]);
    const seen: string[] = [];
    using _looking = engine.on('fault:effective', () => void seen.push(JSON.stringify(day.view())));
    const names: string[] = [];
    using _names = engine.on('run:started', ({ data }) => void names.push(data.name));
    const report = await day.run();
    expect(names).toEqual(['autumn: inject 1', 'autumn: the second']);
    expect(seen[0]).not.toContain('"scenario":"one"');
    expect(seen[0]).not.toContain('"kind":"inject"');
    expect(seen[1]).toContain('"scenario":"one"');
    const [first] = report.injects;
    expect(
      createHash('sha256')
        .update(first?.opened ?? '')
        .digest('hex'),
    ).toBe(before.injects[0]?.seal);
    expect(JSON.parse(first?.opened ?? '{}')).toMatchObject({ number: 1, scenario: 'one' });
  });

  it('ends early when it is told to, and says what did not happen', async () => {
    await using live = await liveEngine();
    const { engine, world } = live;
    const stop = new AbortController();
    const day = new GameDay(engine, library, dayIn(world.root), { ...observed(world.root), signal: stop.signal });
    using _listening = engine.once('fault:effective', () => stop.abort(new Error('that is enough')));
    const report = await day.run();
    expect(report.ended).toBe('aborted');
    expect(report.injects.map(({ run }) => run?.verdict ?? null)).toEqual(['aborted', null]);
    expect(world.isBroken('crumb')).toBe(false);
  });

  it('takes signals only from those whose role it is, and is checked when it is made', async () => {
    await using live = await liveEngine();
    const { engine, world } = live;
    const day = new GameDay(engine, library, dayIn(world.root));
    expect(() => day.acknowledge('ana')).toThrow('expected a responder to tell this, got ana, who is facilitator');
    expect(() => day.note('eve', 'hello')).toThrow('expected somebody with a role (ana, ben, cleo, dora), got eve');
    const wrong = (changes: Partial<GameDayInput>) => () => new GameDay(engine, library, dayIn(world.root, changes));
    expect(wrong({ roles: { facilitator: ['ana'], responder: ['ana'] } })).toThrow(
      'expected one role for each person, got two for ana',
    );
    expect(wrong({ roles: { facilitator: [], responder: ['ben'] } })).toThrow(
      'roles.facilitator: expected at least one facilitator',
    );
    expect(wrong({ injects: [{ scenario: 'three' }] })).toThrow('expected the name of a scenario, got "three"');
  });
});
