import { conformanceChecks, type FaultHarness, type HarnessTarget } from '@bridge/chaos-core/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faketimeImage, startContainer, type TestContainer } from '../../docker-engine/index.ts';
import { faultContext, plugin, targetOf } from './harness.ts';

const [, , , , , , , clockSkew] = plugin.faults;
const context = faultContext();
const HOUR = 3_600_000;

// Made at once by several tests, one tag would have several images.
beforeAll(() => faketimeImage());
afterAll(() => plugin.close?.());

/** A container whose programs see a time that is off by what stands in `/tmp/clock`. */
async function underFaketime(offset: string): Promise<TestContainer> {
  const container = await startContainer({
    image: await faketimeImage(),
    env: {
      LD_PRELOAD: '/usr/local/bin/libfaketimeMT.so.1',
      FAKETIME_TIMESTAMP_FILE: '/tmp/clock',
      FAKETIME_NO_CACHE: '1',
    },
  });
  await container.exec('sh', '-c', `echo ${offset} >/tmp/clock; chown 5:6 /tmp/clock; touch -d 2001-02-03 /tmp/clock`);
  return container;
}

/** What a program in the container takes for the time, in hours from the true one. */
async function hoursOff(container: TestContainer): Promise<number> {
  const seconds = Number(await container.exec('/usr/local/bin/date', '+%s'));
  return Math.round((seconds * 1000 - Date.now()) / HOUR) || 0;
}

async function harnessTarget(offset: string): Promise<HarnessTarget> {
  const container = await underFaketime(offset);
  return {
    target: await targetOf(container.id),
    params: { by: '2h', direction: 'behind' },
    witness: async () => ({
      off: await hoursOff(container),
      file: await container.exec('sh', '-c', 'cat /tmp/clock; stat -c "%i %a %u %g %y" /tmp/clock; ls /tmp'),
    }),
    [Symbol.asyncDispose]: () => container[Symbol.asyncDispose](),
  };
}

const harness: FaultHarness = {
  plugin,
  // Far more than a guardian needs on a machine that has time.
  cleanWithin: 60_000,
  make: () => harnessTarget('+0'),
  makeTouched: () => harnessTarget('+86400'),
};
const all = process.env['CHAOS_CONFORMANCE'] === 'all';

describe('container.clock-skew', { timeout: 240_000 }, () => {
  for (const { name, kind, run } of conformanceChecks(clockSkew, harness)) {
    // Undone by the same means as faults on files, whose engines are killed at every step.
    if (all || kind === 'verbs' || name.includes('inject:after')) it.concurrent(name, run);
  }

  it('is told from a shift that was there before, and refused where it would change nothing', async () => {
    await using container = await underFaketime('+86400');
    const target = await targetOf(container.id);
    const given = clockSkew.params.parse({ by: '2h', direction: 'ahead' });
    const undo = await clockSkew.prepare(target, given, context);
    expect(await clockSkew.observe(undo, context)).toBe('absent');
    await clockSkew.inject(target, given, undo, context);
    expect([await clockSkew.observe(undo, context), await hoursOff(container)]).toEqual(['present', 2]);
    await clockSkew.revert(undo, context);
    expect([await clockSkew.observe(undo, context), await hoursOff(container)]).toEqual(['absent', 24]);
    const same = clockSkew.params.parse({ by: '24h', direction: 'ahead' });
    expect(await clockSkew.feasible?.(target, same, context)).toMatchObject({ possible: false });
  });

  it('is refused with the remedy where the clock cannot be moved, or not be seen', async () => {
    const given = clockSkew.params.parse({ by: '1h', direction: 'ahead' });
    await using plain = await startContainer();
    expect(await clockSkew.feasible?.(await targetOf(plain.id), given, context)).toMatchObject({
      possible: false,
      remedy: expect.stringContaining('FAKETIME_TIMESTAMP_FILE'),
    });
    await using container = await underFaketime('+0');
    const blind = { ...given, clock: ['echo', 'noon'] };
    expect(await clockSkew.feasible?.(await targetOf(container.id), blind, context)).toMatchObject({
      possible: false,
      reason: expect.stringContaining('noon'),
      remedy: 'name another program with clock',
    });
  });
});
