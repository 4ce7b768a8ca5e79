import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exclusiveHolder, holdExclusively } from '@bridge/chaos-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'hold-'));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

describe('a directory held exclusively', () => {
  it('belongs to one, is named, and goes on to the next with a higher number', async () => {
    const place = join(root, 'a', 'place');
    expect(await exclusiveHolder(place)).toBeUndefined();
    const first = await holdExclusively(place);
    expect(await exclusiveHolder(place)).toEqual({ generation: first.generation, pid: process.pid });
    await expect(holdExclusively(place)).rejects.toMatchObject({ code: 'CHAOS_STATE_LOCKED' });
    expect(await first.isHeld()).toBe(true);
    await first[Symbol.asyncDispose]();
    expect(await exclusiveHolder(place)).toBeUndefined();
    await using second = await holdExclusively(place);
    expect(second.generation).toBeGreaterThan(first.generation);
    expect(await first.isHeld()).toBe(false);
  });

  it('belongs to one of many that ask at once', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => holdExclusively(root)));
    const held = outcomes.filter((outcome) => outcome.status === 'fulfilled').map(({ value }) => value);
    expect(held).toHaveLength(1);
    for (const hold of held) await hold[Symbol.asyncDispose]();
  });

  it('says so when the path leaves no room for its sockets', async () => {
    const deep = join(root, 'x'.repeat(100));
    await expect(holdExclusively(deep)).rejects.toMatchObject({ code: 'CHAOS_STATE_UNUSABLE' });
  });
});
