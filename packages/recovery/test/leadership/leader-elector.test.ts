import { virtualClock } from '@bridge/chaos-core/testkit';
import { describe, expect, it } from 'vitest';
import { LeaderElector } from '../../src/leadership/leader-elector.ts';
import type { Standing } from '../../src/leadership/leadership.ts';
import type { LeaseStore } from '../../src/leadership/lease-store.ts';
import { memoryLeases } from '../../src/leadership/memory-leases.ts';

const TTL = 15_000;
const deed = (key: string, timeout = 1_000) => ({ key, what: key, timeout });

/** A store whose answers can be kept away from one elector, and its requests from the store. */
function severable(store: LeaseStore): { store: LeaseStore; cut: boolean } {
  const line = { cut: false, store };
  const over = async <T>(call: () => Promise<T>): Promise<T> => {
    if (line.cut) throw new Error('the line is cut');
    return await call();
  };
  line.store = {
    acquire: (bid) => over(() => store.acquire(bid)),
    renew: (tenure, hold) => over(() => store.renew(tenure, hold)),
    resign: (tenure) => over(() => store.resign(tenure)),
    current: (name) => over(() => store.current(name)),
    begin: (tenure, action, hold) => over(() => store.begin(tenure, action, hold)),
    past: (name, prefix, within) => over(() => store.past(name, prefix, within)),
    finish: (id, outcome) => over(() => store.finish(id, outcome)),
    leave: (bid) => over(() => store.leave(bid)),
  };
  return line;
}

function pair() {
  const clock = virtualClock();
  const leases = memoryLeases(clock);
  const line = severable(leases);
  const a = LeaderElector.start({ leases: line.store, node: 'a', clock });
  return { clock, leases, line, a, startB: () => LeaderElector.start({ leases, node: 'b', clock }) };
}

describe('the leader elector', () => {
  it('makes the first one leader and the next one witness, and says whether the leader is alone', async () => {
    const { clock, a, startB } = pair();
    await clock.advance(0);
    expect(a.standing).toMatchObject({ role: 'leader', term: 1n, alone: true });
    const b = startB();
    await clock.advance(TTL / 3);
    expect(a.standing).toMatchObject({ role: 'leader', term: 1n, alone: false });
    expect(b.standing).toEqual({ role: 'witness', term: 1n, leader: 'a' });
  });

  it('keeps the term for as long as it is renewed', async () => {
    const { clock, a, startB } = pair();
    const b = startB();
    await clock.advance(100 * TTL);
    expect(a.standing).toMatchObject({ role: 'leader', term: 1n });
    expect(b.standing.role).toBe('witness');
  });

  it('hands over at once when it is closed', async () => {
    const { clock, a, startB } = pair();
    const b = startB();
    await clock.advance(1_000);
    await a.close();
    await clock.advance(600);
    expect(a.standing).toEqual({ role: 'witness', term: null, leader: null });
    expect(b.standing).toMatchObject({ role: 'leader', term: 2n, alone: true });
  });

  it('gives up after two thirds of the ttl without an answer, and the other one leads within ttl and a second', async () => {
    const { clock, line, a, startB } = pair();
    const b = startB();
    await clock.advance(TTL / 3 + 1);
    const { standing } = a;
    if (standing.role !== 'leader') throw new Error('expected a leader');
    line.cut = true;
    await clock.advance((TTL * 2) / 3 - 10);
    expect(standing.signal.aborted).toBe(false);
    await clock.advance(20);
    expect(standing.signal.aborted).toBe(true);
    expect(a.standing.role).toBe('unknown');
    expect(b.standing.role).toBe('witness');
    await clock.advance(TTL / 3 + 1_000);
    expect(b.standing).toMatchObject({ role: 'leader', term: 2n });
    line.cut = false;
    await clock.advance(TTL);
    expect(a.standing).toEqual({ role: 'witness', term: 2n, leader: 'b' });
  });

  it('survives a cut that is shorter than that', async () => {
    const { clock, line, a } = pair();
    await clock.advance(TTL / 3 + 1);
    line.cut = true;
    await clock.advance(TTL / 2);
    line.cut = false;
    await clock.advance(10 * TTL);
    expect(a.standing).toMatchObject({ role: 'leader', term: 1n });
  });

  it('is no leader any more after a stall, before any timer had its turn', async () => {
    const clock = virtualClock();
    let stalled = 0;
    const skewed = { ...clock, now: () => clock.now() + stalled };
    const a = LeaderElector.start({ leases: memoryLeases(clock), node: 'a', clock: skewed });
    await clock.advance(0);
    expect(a.standing.role).toBe('leader');
    stalled = TTL;
    expect(a.standing.role).toBe('unknown');
  });

  it('tells of every change once, and goes on past a listener that throws', async () => {
    const { clock, a, line } = pair();
    const heard: Standing['role'][] = [];
    a.onChange(() => {
      throw new Error('a bad listener');
    });
    const listening = a.onChange(({ role }) => void heard.push(role));
    await clock.advance(TTL);
    line.cut = true;
    await clock.advance(TTL);
    expect(heard.slice(0, 2)).toEqual(['leader', 'unknown']);
    line.cut = false;
    await clock.advance(TTL);
    expect(heard.at(-1)).toBe('leader');
    const count = heard.length;
    listening[Symbol.dispose]();
    await a.close();
    expect(heard).toHaveLength(count);
  });

  it('grants a deed once, and to the leader alone', async () => {
    const { clock, a, startB } = pair();
    const b = startB();
    await clock.advance(1_000);
    const grant = await a.begin(deed('one'));
    expect(grant.granted).toBe(true);
    if (grant.granted) await grant.finish('done');
    expect(await a.begin(deed('one'))).toMatchObject({ granted: false, reason: 'already-begun' });
    expect(await b.begin(deed('two'))).toMatchObject({ granted: false, reason: 'not-leader' });
    expect(await a.begin(deed('two'))).toMatchObject({ granted: true });
  });

  it('lasts as long as a deed under way may, and no longer once it is done', async () => {
    const { clock, line, a, startB } = pair();
    const b = startB();
    await clock.advance(1_000);
    const quick = await a.begin(deed('quick', 4 * TTL));
    if (quick.granted) await quick.finish('done');
    await clock.advance(TTL / 3);
    const slow = await a.begin(deed('slow', 2 * TTL));
    expect(slow.granted).toBe(true);
    line.cut = true;
    await clock.advance(2 * TTL);
    expect(a.standing.role).toBe('leader');
    expect(b.standing.role).toBe('witness');
    await clock.advance(TTL / 2 + 1_000);
    expect(a.standing.role).not.toBe('leader');
    expect(b.standing).toMatchObject({ role: 'leader', term: 2n });
  });

  it('refuses, and never throws, when the fence does not answer or has moved on', async () => {
    const { clock, leases, line, a } = pair();
    await clock.advance(0);
    line.cut = true;
    expect(await a.begin(deed('one'))).toMatchObject({ granted: false, reason: 'unreachable' });
    line.cut = false;
    const lease = await leases.current('chaos');
    await leases.resign({ name: 'chaos', holder: lease?.holder ?? '', ttl: TTL, term: 1n });
    await leases.acquire({ name: 'chaos', holder: 'b/1', ttl: TTL });
    expect(await a.begin(deed('two'))).toMatchObject({ granted: false, reason: 'not-leader' });
    expect(a.standing.role).not.toBe('leader');
  });

  it('can be closed while the store does not answer', async () => {
    const { clock, line, a } = pair();
    await clock.advance(0);
    line.cut = true;
    await a.close();
    expect(a.standing.role).toBe('witness');
  });
});
