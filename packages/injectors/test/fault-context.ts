import { type FaultContext, seededRandom, silentLogger, systemClock } from '@bridge/chaos-core';

/** What an engine would hand to a fault's verbs. */
export function faultContext(signal: AbortSignal = new AbortController().signal): FaultContext {
  return { signal, clock: systemClock, random: seededRandom(1), log: silentLogger };
}
