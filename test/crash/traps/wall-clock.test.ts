import { writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { faketimeLibrary } from '../../faketime-library.ts';
import { eventually } from '../world/eventually.ts';
import { monotonic } from '../world/monotonic.ts';
import { FlagWorld, HostProcess, type Surroundings } from './host-process.ts';

const LEASE = 1_500;

/**
 * Host and guardian see a wall clock that is as far off as the file says, now; their monotonic clock is the real one. (A
 * time namespace shifts the monotonic clock and never the wall clock; setting the machine's own clock is not for tests.)
 */
function movableClock(offsets: string): Surroundings {
  return {
    env: {
      LD_PRELOAD: faketimeLibrary(),
      FAKETIME_TIMESTAMP_FILE: offsets,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
  };
}

it.each(['+3600', '-3600'])(
  'the wall clock moves by %s s during a lease: undone when the lease ends',
  async (moved) => {
    await using world = await FlagWorld.make();
    const offsets = join(world.root, 'offsets');
    await writeFile(offsets, '+0');
    await using host = HostProcess.start(world, { lease: LEASE, faults: 2 }, movableClock(offsets));
    await host.says('active');
    writeFileSync(offsets, moved);
    host.child.kill('SIGSTOP');
    const stopped = monotonic();
    await eventually(() => world.broken.length < 2, 60_000, 'the guardian to take over');
    // A quarter of the lease may have gone since the last heartbeat.
    expect(monotonic() - stopped).toBeGreaterThan(LEASE / 2);
    await eventually(() => world.broken.length === 0, 20_000, 'the guardian to revert');
    process.stdout.write(
      `wall clock ${moved} s: undone ${(monotonic() - stopped).toFixed(0)} ms after SIGSTOP, lease ${LEASE} ms\n`,
    );
  },
);

it('the wall clock moves by an hour while the engine is well: nothing happens to the fault', async () => {
  await using world = await FlagWorld.make();
  const offsets = join(world.root, 'offsets');
  await writeFile(offsets, '+0');
  await using host = HostProcess.start(world, { lease: LEASE }, movableClock(offsets));
  await host.says('active');
  writeFileSync(offsets, '+3600');
  const until = monotonic() + 2 * LEASE;
  await eventually(() => monotonic() > until, 60_000, 'two leases to go by');
  expect(world.broken).toEqual(['flag-0']);
  expect(host.has('engine:stale')).toBe(false);
});
