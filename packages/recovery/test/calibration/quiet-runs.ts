import { type Random, type Sample, seededRandom } from '@bridge/chaos-core';
import type { QuietRun } from '../../src/calibration/calibration.ts';
import { normalQuantile } from '../../src/statistics/normal.ts';

export interface Weather {
  readonly seed: number | string;
  /** Lag-1 autocorrelation of the level from second to second. */
  readonly correlation: number;
  /** Level of the second window relative to the first. */
  readonly effect?: number;
}

const RATE = 10;

/** A run of two windows of `window` s: lognormal levels with sigma 0.25 around 100 ms, checks spread by another 10 %. */
export function quietRun(window: number, { seed, correlation, effect = 1 }: Weather, probes = ['web']): QuietRun {
  const samples = probes.flatMap((probe) => {
    const random = seededRandom(`${seed}/${probe}`);
    let state = gauss(random);
    // One second more, as calibrate() samples: the last second counts once a later check was due.
    return Array.from({ length: 2 * window + 1 }, (_, second) => {
      state = correlation * state + Math.sqrt(1 - correlation ** 2) * gauss(random);
      const level = 100 * Math.exp(0.25 * state) * (second >= window ? effect : 1);
      return Array.from({ length: RATE }, (_, index) => sample(probe, second * RATE + index, level, random));
    }).flat();
  });
  return { from: 0, samples };
}

function sample(probe: string, index: number, level: number, random: Random): Sample {
  const intended = (index * 1000) / RATE;
  const latency = level * (0.9 + 0.2 * random.next());
  const ended = intended + latency;
  return { probe, index, intended, started: intended, ended, latency, outcome: 'answered', health: 'healthy' };
}

function gauss(random: Random): number {
  return normalQuantile(Math.min(Math.max(random.next(), 1e-12), 1 - 1e-12));
}
