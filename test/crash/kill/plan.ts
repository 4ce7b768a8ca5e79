import type { Random } from '@bridge/chaos-core';
import { KILL_STEPS, MOMENTARY_KILL_STEPS, type Order } from '../victim/order.ts';
import type { Breakage } from '../world/subject.ts';

export type Strike = Pick<Order, 'strike' | 'guardianToo'>;

/** Every how many kills the guardian is killed in the same instant. */
const BOTH_EVERY = 5;

/**
 * Half of the kills at a step, in turn; half at random times within one life of the fault.
 *
 * @param life milliseconds from `inject()` to the end of `revert()`, undisturbed
 */
export function planKills({ fault }: Breakage, kills: number, life: number, random: Random): readonly Strike[] {
  const steps = fault.momentary ? MOMENTARY_KILL_STEPS : KILL_STEPS;
  const offset = random.int(BOTH_EVERY);
  return Array.from({ length: kills }, (_, n): Strike => {
    const guardianToo = (n + offset) % BOTH_EVERY === 0;
    const step = steps[Math.floor(n / 2) % steps.length];
    if (n % 2 === 0 && step !== undefined) return { strike: { when: 'step', step }, guardianToo };
    return { strike: { when: 'time', after: random.next() * life }, guardianToo };
  });
}
