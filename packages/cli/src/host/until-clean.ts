import { systemClock } from '@bridge/chaos-core';
import { type LiveEntry, liveEntries } from './state-of.ts';

const LOOK_AGAIN = 100;

/** Looks until nothing in the folder is left to undo, at most `within` ms. Resolves with what still is. */
export async function untilClean(state: string, within: number): Promise<readonly LiveEntry[]> {
  const deadline = systemClock.now() + within;
  for (;;) {
    const left = await liveEntries(state);
    if (left.length === 0 || systemClock.now() >= deadline) return left;
    await systemClock.sleep(LOOK_AGAIN);
  }
}
