import type { Sample } from '@bridge/chaos-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { secondPoints } from '../../src/comparison/second-points.ts';

/** Ten checks per second. */
function sample(from: number, index: number): Sample {
  const intended = from + index * 100;
  const times = { intended, started: intended, ended: intended + 1, latency: 1 };
  return { probe: 'web', index, ...times, outcome: 'answered', health: 'healthy' };
}

it('a window of n seconds has n points, whatever the clock says at its start', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1e9 }).map((unit) => unit / 997.3),
      fc.integer({ min: 1, max: 60 }),
      (from, seconds) => {
        const samples = Array.from({ length: seconds * 10 + 10 }, (_, index) => sample(from, index));
        expect(secondPoints(samples, { from, to: from + seconds * 1000 })).toHaveLength(seconds);
      },
    ),
  );
});
