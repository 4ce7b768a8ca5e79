import { seededRandom, silentLogger, systemClock } from '@bridge/chaos-core';
import { monotonic } from '../world/monotonic.ts';
import type { Breakage } from '../world/subject.ts';

const TIMES = 3;

async function once({ fault, make }: Breakage): Promise<number> {
  await using subject = await make();
  const { connection } = subject.target;
  const context = {
    signal: new AbortController().signal,
    clock: systemClock,
    random: seededRandom(1),
    log: silentLogger,
    ...(connection === undefined ? {} : { connection }),
  };
  const params = fault.params.parse(subject.params);
  const undo = fault.undo.parse(JSON.parse(JSON.stringify(await fault.prepare(subject.target, params, context))));
  await fault.inject(subject.target, params, undo, context);
  const injected = monotonic();
  await fault.revert(undo, context);
  return monotonic() - injected;
}

/** What the undo call takes, made without an engine: the median of three times, ms. */
export async function rawUndo(breakage: Breakage): Promise<number> {
  const times: number[] = [];
  for (let time = 0; time < TIMES; time += 1) times.push(await once(breakage));
  return times.toSorted((a, b) => a - b)[Math.floor(TIMES / 2)] ?? 0;
}
