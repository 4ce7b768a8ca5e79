import { duration, messageOf } from '@bridge/chaos-core';
import * as z from 'zod';
import { appFault, type Beginning } from '../app-fault.ts';
import type { Carrier } from '../board.ts';
import { releaseLoop, StalledLoop } from './stalled-loop.ts';

const LONGEST = 60_000;
/** Beyond the stall itself, until the loop has turned and beaten again, ms. */
const MARGIN = 1_000;
/** Part of the stall that the other thread must have seen: on a busy machine it may come late itself. */
const SEEN = 0.5;

/**
 * `app.event-loop-stall`: the event loop of this thread stands still for exactly `stall`, once or again and again. It
 * uses no CPU meanwhile. The guardian is told beforehand; `revert` from any other process lets the loop go early. Other
 * faults whose helpers want heartbeats end by themselves when the stall outlasts their lease.
 */
export const appEventLoopStall = appFault({
  type: 'app.event-loop-stall',
  params: z
    .strictObject({
      stall: duration.refine((stall) => stall >= 1 && stall <= LONGEST, `expected 1 ms to ${LONGEST} ms`),
      /** From the beginning of a stall to the next. Default: only one. */
      every: duration.optional(),
    })
    .refine(({ stall, every }) => every === undefined || every > stall, {
      path: ['every'],
      error: 'expected more than the stall',
    }),
  risk: 'high',
  exclusive: 'event-loop',
  describe: ({ stall, every }) =>
    `the event loop stands still for ${stall} ms${every === undefined ? '' : ` every ${every} ms`}`,
  releaseFromOutside: releaseLoop,
  begin: ({ stall, every }, beginning) => stalling(stall, every, beginning),
});

async function stalling(
  stall: number,
  every: number | undefined,
  { id, clock, log, signal, extendLease }: Beginning,
): Promise<Carrier> {
  const loop = await StalledLoop.watch(id, clock);
  let next: Disposable | undefined;
  let isOver = false;
  const once = async (): Promise<void> => {
    await extendLease?.(Math.min(stall + MARGIN, LONGEST));
    if (isOver || signal.aborted) return;
    loop.stall(stall);
    if (every === undefined || loop.wasReleased) return;
    next = clock.timer(every - stall, () => void again(), { ref: false });
  };
  const again = (): Promise<void> =>
    once().catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'the event loop was not stalled again'));
  try {
    await once();
  } catch (error) {
    await loop[Symbol.asyncDispose]();
    throw error;
  }
  return {
    isLive: async () => loop.isWatched && !loop.wasReleased && loop.longest >= stall * SEEN,
    async [Symbol.asyncDispose]() {
      // The next one may be on its way already, and the guardian be told of it.
      isOver = true;
      next?.[Symbol.dispose]();
      await loop[Symbol.asyncDispose]();
    },
  };
}
