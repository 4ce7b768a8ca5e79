import type { Interval } from './interval.ts';
import { wilson } from './wilson.ts';

export interface Proportion {
  readonly successes: number;
  readonly trials: number;
}

/** Interval of the difference a - b of two proportions: hybrid score (Newcombe 1998, Stat Med 17:873, method 10). */
export function newcombe(a: Proportion, b: Proportion, confidence = 0.95): Interval {
  const [ofA, ofB] = [wilson(a.successes, a.trials, confidence), wilson(b.successes, b.trials, confidence)];
  if (a.trials === 0 || b.trials === 0) return { low: -1, high: 1 };
  const [shareA, shareB] = [a.successes / a.trials, b.successes / b.trials];
  return {
    low: shareA - shareB - Math.hypot(shareA - ofA.low, ofB.high - shareB),
    high: shareA - shareB + Math.hypot(ofA.high - shareA, shareB - ofB.low),
  };
}
