import { randomBytes } from 'node:crypto';
import { type Leadership, ownershipLabels, type Standing } from '@bridge/chaos-recovery';
import { expect, test } from 'vitest';
import { docker, startContainer } from '../../docker-engine/index.ts';
import { startWatch } from './watch.ts';

function standing(now: Standing): Leadership {
  return {
    standing: now,
    onChange: () => ({ [Symbol.dispose]() {} }),
    begin: async () => ({ granted: false, reason: 'not-leader', detail: 'a test' }),
    close: async () => {},
  };
}

const WITNESS = standing({ role: 'witness', term: 5n, leader: 'another' });
const UNKNOWN = standing({ role: 'unknown', reason: 'no quorum' });
const QUICK = { sweep: 200, strays: { grace: 100 } };

function owned(owner: string, term: bigint, session = 'a') {
  return startContainer({ labels: ownershipLabels({ owner, session, term }) });
}

const owner = (): string => `test-${randomBytes(5).toString('hex')}`;

test('a witness removes what was made in an older term or an ended session, and nothing else', async () => {
  const mine = owner();
  await using stale = await owned(mine, 4n);
  await using ended = await owned(mine, 5n, 'gone');
  await using current = await owned(mine, 5n);
  await using foreign = await owned(owner(), 1n);
  const strays = { owner: mine, sessionAlive: async (session: string) => session !== 'gone' };
  await using watch = startWatch({ leadership: WITNESS, strays, policy: QUICK });
  for (const { id } of [stale, ended]) {
    await watch.seen('watchtower:stray', (data) => data.id === id);
    await watch.seen('watchtower:stray-released', (data) => data.id === id);
    await expect(docker(['inspect', id])).rejects.toThrow(/No such/);
  }
  expect(await current.status()).toBe('running');
  expect(await foreign.status()).toBe('running');
});

test('without knowing the term nothing is touched', async () => {
  const mine = owner();
  await using stale = await owned(mine, 4n);
  await using watch = startWatch({ leadership: UNKNOWN, strays: { owner: mine }, policy: QUICK });
  await watch.seen('watchtower:active');
  const ticked = watch.tower.status.lastTick ?? 0;
  await expect.poll(() => watch.tower.status.lastTick ?? 0, { timeout: 15_000 }).toBeGreaterThan(ticked + 600);
  expect(watch.types()).not.toContain('watchtower:stray');
  expect(await stale.status()).toBe('running');
});
