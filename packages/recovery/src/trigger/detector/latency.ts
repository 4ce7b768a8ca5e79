import { checkInTime } from '../../probe/check-in-time.ts';
import { type AnyProbeSpec, openProbe } from '../../probe/open-probe.ts';
import { quantile } from '../../statistics/quantile.ts';
import type { Detector } from '../trigger.ts';

export interface LatencyOptions {
  readonly probe: AnyProbeSpec;
  /** Longest 95th percentile in milliseconds. */
  readonly p95: number;
  /** Requests per look, one after the other. Default 5. */
  readonly samples?: number;
}

/** Answers that are too slow, or that do not come. */
export function latency({ probe: spec, p95, samples = 5 }: LatencyOptions): Detector {
  return async ({ clock, log }) => {
    const probe = await openProbe(spec, { clock, log });
    return {
      async look(signal) {
        const took: number[] = [];
        for (let sample = 0; sample < samples; sample += 1) {
          const begin = clock.now();
          const { health, detail = 'no healthy answer' } = await checkInTime(probe, clock, signal);
          if (health === 'unknown') return { is: 'unknown', detail };
          // An answer that fails quickly is no quick answer.
          took.push(health === 'healthy' ? clock.now() - begin : Math.max(probe.timeout, clock.now() - begin));
        }
        const found = quantile(took, 0.95);
        if (found <= p95) return { is: 'good' };
        return { is: 'bad', detail: `p95 ${found.toFixed(0)} ms, at most ${p95} ms`, data: { p95: found } };
      },
      close: () => probe.close(),
    };
  };
}
