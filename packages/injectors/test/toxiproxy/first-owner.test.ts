import { once } from 'node:events';
import { connect } from 'node:net';
import { virtualClock } from '@bridge/chaos-core/testkit';
import { expect, it } from 'vitest';
import { startHost } from '../../src/toxiproxy/host/host.ts';

const place = { host: '127.0.0.1', port: 0, seed: 's' };

it.each([
  ['half a minute', 500, 30_000],
  ['its linger time, when that is longer', 60_000, 60_000],
])('a server whose starter died before it owned it ends after %s', async (_for, linger, within) => {
  const clock = virtualClock();
  const host = await startHost({ ...place, linger }, clock);
  await clock.advance(within - 1);
  expect(clock.pending).toBe(1);
  await clock.advance(1);
  await host.closed;
});

it('a server that has an owner does not end by itself', async () => {
  const clock = virtualClock();
  const host = await startHost({ ...place, linger: 500 }, clock);
  const owner = connect({ path: host.control });
  owner.write('own\n');
  await once(owner, 'data');
  expect(clock.pending).toBe(0);
  owner.write('close\n');
  await host.closed;
});
