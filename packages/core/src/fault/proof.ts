import type { Clock } from '../clock.ts';
import type { Observation } from './injector.ts';
import type { Proof } from './life.ts';

/** Waits between looks: dense at first, since most effects show at once. Milliseconds; the last one repeats. */
const PAUSES = [0, 2, 5, 10, 20, 50, 100, 200] as const;

export interface LookOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds after which looking ends. */
  readonly within: number;
}

/**
 * Looks from outside until an observation is among the wanted ones. Returns the last proof either way, so the caller
 * sees what was there instead. Errors of the look are the caller's to handle.
 */
export async function lookUntil(
  observe: () => Promise<Observation>,
  wanted: readonly Observation[],
  { clock, signal, within }: LookOptions,
): Promise<Proof> {
  const deadline = clock.now() + within;
  for (let looks = 1; ; looks += 1) {
    signal.throwIfAborted();
    const observation = await observe();
    const at = clock.now();
    if (wanted.includes(observation) || at >= deadline) return { observation, at, looks };
    const pause = PAUSES[Math.min(looks, PAUSES.length - 1)] ?? 0;
    await clock.sleep(Math.min(pause, Math.max(0, deadline - at)), { signal });
  }
}

/** Looks for `steady` ms and returns a proof only if the effect never showed: a late call may still land. */
export async function lookSteadily(
  observe: () => Promise<Observation>,
  steady: number,
  { clock, signal }: Omit<LookOptions, 'within'>,
): Promise<Proof | undefined> {
  const end = clock.now() + steady;
  for (let looks = 1; ; looks += 1) {
    signal.throwIfAborted();
    const observation = await observe();
    const at = clock.now();
    if (observation === 'present') return undefined;
    if (at >= end) return { observation, at, looks };
    await clock.sleep(Math.min(50, end - at), { signal });
  }
}
