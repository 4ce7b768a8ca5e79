import { describe, expect, it } from 'vitest';
import type { Bid, Hold, LeaseStore, Tenure } from '../../src/leadership/lease-store.ts';

export interface LeaseWorld extends AsyncDisposable {
  /** As another process would open it. */
  open(): LeaseStore;
  /** Makes the lease of a holder that does not renew it run out. */
  expire(store: LeaseStore, tenure: Tenure): Promise<void>;
}

const TTL = 60_000;
const bid = (holder: string): Bid => ({ name: 'tower', holder, ttl: TTL });

async function lead(store: LeaseStore, holder: string): Promise<Tenure> {
  const answer = await store.acquire(bid(holder));
  if (!answer.acquired) throw new Error(`expected ${holder} to get the lease`);
  return { ...bid(holder), term: answer.term };
}

let requests = 0;

const hold = (): Hold => {
  requests += 1;
  return { span: TTL, request: requests };
};

const deed = (key: string) => ({ key, what: `deed ${key}`, timeout: 10 });

/** What every store of leases must keep. */
export function leaseStoreContract(name: string, make: () => Promise<LeaseWorld>): void {
  describe(`${name}: the contract of lease stores`, () => {
    it('grants a lease to one holder at a time and names him to the others', async () => {
      await using world = await make();
      const [a, b] = [world.open(), world.open()];
      expect(await a.current('tower')).toBeNull();
      const tenure = await lead(a, 'a/1');
      expect(await b.acquire(bid('b/1'))).toMatchObject({ acquired: false, term: tenure.term, holder: 'a/1' });
      expect(await b.current('tower')).toMatchObject({ holder: 'a/1', term: tenure.term });
      expect(await a.renew(tenure, hold())).toEqual({ held: true, alone: false });
    });

    it('keeps leases of different names apart', async () => {
      await using world = await make();
      const store = world.open();
      await lead(store, 'a/1');
      expect(await store.acquire({ name: 'other', holder: 'b/1', ttl: TTL })).toMatchObject({ acquired: true });
    });

    it('raises the term with every change of holder, also back to a former one', async () => {
      await using world = await make();
      const [a, b] = [world.open(), world.open()];
      const first = await lead(a, 'a/1');
      await a.resign(first);
      const second = await lead(b, 'b/1');
      await b.resign(second);
      const third = await lead(a, 'a/1');
      expect(second.term).toBeGreaterThan(first.term);
      expect(third.term).toBeGreaterThan(second.term);
    });

    it('gives a lease to another once its holder does not renew it, and nothing to the former one then', async () => {
      await using world = await make();
      const [a, b] = [world.open(), world.open()];
      const former = await lead(a, 'a/1');
      await world.expire(a, former);
      const present = await lead(b, 'b/1');
      expect(present.term).toBeGreaterThan(former.term);
      expect(await a.renew(former, hold())).toEqual({ held: false });
      expect(await a.begin(former, deed('late'), hold())).toEqual({ outcome: 'stale' });
      await a.resign(former);
      expect(await b.renew(present, hold())).toMatchObject({ held: true });
    });

    it('grants a deed once, whoever asks, in whatever term', async () => {
      await using world = await make();
      const [a, b] = [world.open(), world.open()];
      const former = await lead(a, 'a/1');
      const begun = await a.begin(former, deed('one'), hold());
      expect(begun).toMatchObject({ outcome: 'begun' });
      if (begun.outcome === 'begun') await a.finish(begun.id, 'done');
      expect(await a.begin(former, deed('one'), hold())).toEqual({ outcome: 'repeated' });
      await a.resign(former);
      const present = await lead(b, 'b/1');
      expect(await b.begin(present, deed('one'), hold())).toEqual({ outcome: 'repeated' });
      expect(await b.begin(present, deed('two'), hold())).toMatchObject({ outcome: 'begun' });
    });

    it('remembers what was begun, for whoever leads next', async () => {
      await using world = await make();
      const [a, b] = [world.open(), world.open()];
      expect(await a.past('tower', 'restart ', TTL)).toEqual([]);
      const former = await lead(a, 'a/1');
      for (const key of ['restart one', 'restart two', 'reset one']) {
        const begun = await a.begin(former, deed(key), hold());
        if (begun.outcome === 'begun' && key === 'restart one') await a.finish(begun.id, 'failed');
      }
      const past = await b.past('tower', 'restart ', TTL);
      // Of the same millisecond: in any order.
      expect(past.map(({ key, outcome }) => [key, outcome]).sort()).toEqual([
        ['restart one', 'failed'],
        ['restart two', null],
      ]);
      expect(past.every(({ age }) => age >= 0 && age < TTL)).toBe(true);
      expect(await b.past('other', 'restart ', TTL)).toEqual([]);
      expect(await b.past('tower', 'restart ', 0)).toEqual([]);
    });

    it('tells a leader whether anybody else is there to witness', async () => {
      await using world = await make();
      const [a, b] = [world.open(), world.open()];
      expect(await a.acquire(bid('a/1'))).toMatchObject({ alone: true });
      const tenure = await lead(a, 'a/1');
      await b.acquire(bid('b/1'));
      expect(await a.renew(tenure, hold())).toEqual({ held: true, alone: false });
      await b.leave(bid('b/1'));
      expect(await a.renew(tenure, hold())).toEqual({ held: true, alone: true });
    });

    it('makes one of many that ask at once the holder', async () => {
      await using world = await make();
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, at) => world.open().acquire({ name: 'rush', holder: `r/${at}`, ttl: TTL })),
      );
      expect(answers.filter(({ acquired }) => acquired)).toHaveLength(1);
    });
  });
}
