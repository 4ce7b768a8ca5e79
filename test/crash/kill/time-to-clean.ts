import { isDeepStrictEqual } from 'node:util';
import type { Json } from '@bridge/chaos-core';
import { systemClock } from '@bridge/chaos-core';
import { monotonic } from '../world/monotonic.ts';
import type { Subject } from '../world/subject.ts';

/** Between the beginnings of two looks: dense while something is broken, then only on the watch for what lands late; ms. */
const DENSE = 10;
const SPARSE = 200;
const AT_ONCE = 20;
/** So long without a broken look means clean for now, ms. */
const CALM = 1_000;

/**
 * Looks at the subject until `over`. Resolves with when it was clean for good (monotonic ms), and whether a look ever
 * showed it broken.
 *
 * @param sound what a glance shows when nothing is broken
 */
export async function watchUntilClean(
  subject: Subject,
  sound: Json,
  over: () => boolean,
): Promise<{ readonly cleanAt: number; readonly seenBroken: boolean }> {
  let seenBroken = false;
  let calmSince = monotonic();
  let cleanAt: number | undefined;
  const looking = new Set<Promise<void>>();
  const look = async (): Promise<void> => {
    const seen = await subject.glance().catch((error: unknown) => String(error));
    const now = monotonic();
    if (isDeepStrictEqual(seen, sound)) {
      cleanAt ??= now;
      return;
    }
    seenBroken = true;
    calmSince = now;
    cleanAt = undefined;
  };
  while (!over()) {
    if (looking.size < AT_ONCE) {
      const one = look().finally(() => looking.delete(one));
      looking.add(one);
    }
    await systemClock.sleep(monotonic() - calmSince > CALM ? SPARSE : DENSE);
  }
  await Promise.all(looking);
  // A busy machine answers some looks late; whether it really is clean is for the witness to say.
  for (let more = 0; more < AT_ONCE && cleanAt === undefined; more += 1) await look();
  return { cleanAt: cleanAt ?? monotonic(), seenBroken };
}
