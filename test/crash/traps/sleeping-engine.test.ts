import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Json, systemClock } from '@bridge/chaos-core';
import { afterAll, describe, expect, it } from 'vitest';
import { watchUntilClean } from '../kill/time-to-clean.ts';
import type { Order } from '../victim/order.ts';
import { Victim } from '../victim/victim.ts';
import { eventually } from '../world/eventually.ts';
import { breakages, type Subject } from '../world/subject.ts';

const LEASE = 500;
const registry = await mkdtemp(join(tmpdir(), 'chaos-registry-'));
const held = breakages(registry).filter(({ fault }) => !fault.momentary);
const CLAIMED = /\.[0-9a-f]{16}\.jsonl$/;

afterAll(() => rm(registry, { recursive: true, force: true }));

function stopAt(step: string, type: string, { selector: target, params }: Subject): Order {
  return { type, target, params, signal: 'SIGSTOP', guardianToo: false, strike: { when: 'step', step } };
}

/** Again and again, since a busy machine may make a sound proxy look slow to the witness. */
async function isAsBefore(subject: Subject, before: Json): Promise<void> {
  const same = async () => isDeepStrictEqual(await subject.witness(), before);
  await eventually(same, 30_000, `${JSON.stringify(before)} to be seen again`);
}

describe('an engine that is stopped', () => {
  it.concurrent.each(held)(
    'between journal and $type, and wakes after its lease, leaves nothing',
    async ({ type, make }) => {
      await using subject = await make();
      const before = await subject.witness();
      await using victim = await Victim.start({ registry, lease: LEASE });
      victim.tell(stopAt('inject:before', type, subject));
      await victim.hears('struck');
      const takenOver = async () => (await victim.liveEntries()).some((name) => CLAIMED.test(name));
      await eventually(takenOver, 20_000, 'the guardian to take over');
      victim.child.kill('SIGCONT');
      await expect(victim.hears('done')).rejects.toThrow(/reverted/);
      await eventually(async () => (await victim.liveEntries()).length === 0, 30_000, 'the entry to be settled');
      await isAsBefore(subject, before);
    },
    120_000,
  );

  it.concurrent.each(held)(
    'with $type active is relieved of it after the lease',
    async ({ type, make }) => {
      await using subject = await make();
      const before = await subject.witness();
      const sound = await subject.glance();
      await using victim = await Victim.start({ registry, lease: LEASE });
      victim.tell(stopAt('fault:effective', type, subject));
      const { at } = await victim.hears('struck');
      const end = systemClock.now() + 10_000;
      const watched = await watchUntilClean(subject, sound, () => systemClock.now() > end);
      const clean = watched.cleanAt - at;
      process.stdout.write(`${type}: clean ${clean.toFixed(0)} ms after SIGSTOP, lease ${LEASE} ms\n`);
      await isAsBefore(subject, before);
    },
    120_000,
  );
});
