import {
  type Clock,
  type DurationInput,
  type Logger,
  milliseconds,
  type Sample,
  type Sampler,
  silentLogger,
  systemClock,
} from '@bridge/chaos-core';
import { COMPARISON_RULE, type ComparisonRule } from '../comparison/comparison-rule.ts';
import { sampledProbe } from '../probe/sampled-probe.ts';
import type { AnyProbeSpec } from '../probe/written-probe.ts';
import { workerSampler } from '../sampling/worker-sampler.ts';
import { type Calibration, calibration, type QuietRun } from './calibration.ts';

export interface CalibrateOptions {
  /** Written by their factories, `http({ name, url })`: those of the experiment that is to be trusted. */
  readonly probes: readonly AnyProbeSpec[];
  /** Time on each side of a run: the baseline, and as long again. Default 60 s; use what the experiment uses. */
  readonly window?: DurationInput;
  /** Runs, one after the other, two windows each. Default 30. */
  readonly runs?: number;
  /** Departures from {@link COMPARISON_RULE}. */
  readonly rule?: Partial<ComparisonRule>;
  /** Default: the sampler with a thread of its own. */
  readonly sampler?: Sampler;
  readonly clock?: Clock;
  readonly log?: Logger;
  /** Aborting ends it at once: it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called after every run, with what is known by then. */
  readonly onRun?: (soFar: Calibration) => void;
}

/**
 * A/A runs: looks at a system as a run would, without a fault, and tells how often the rule calls it worse all the same.
 * A rate far above 1 % says that the system is too restless for the windows and gates given; nothing is injected.
 *
 * @throws {ChaosError} CHAOS_PROBE_UNKNOWN, CHAOS_PROBE_INVALID.
 */
export async function calibrate(options: CalibrateOptions): Promise<Calibration> {
  const { sampler = workerSampler(), clock = systemClock, log = silentLogger, runs = 30, signal } = options;
  const window = milliseconds(options.window ?? '60s');
  const rule = { ...COMPARISON_RULE, ...options.rule };
  const probes = await Promise.all(options.probes.map(sampledProbe));
  const names = probes.map(({ name }) => name);
  // The last second of a window counts once a later check was due.
  const tail = 1_000 + Math.max(...probes.map(({ every }) => every));
  const quiet: QuietRun[] = [];
  for (let run = 0; run < runs; run += 1) {
    const samples: Sample[] = [];
    const from = clock.now();
    const running = await sampler.start(probes, (sample) => void samples.push(sample), { clock, log });
    try {
      await clock.sleep(2 * window + tail, { signal });
    } finally {
      await running.stop();
    }
    quiet.push({ from: earliest(samples) ?? from, samples });
    options.onRun?.(calibration(quiet, names, window, rule));
  }
  return calibration(quiet, names, window, rule);
}

/** The plan begins once every probe is open. */
function earliest(samples: readonly Sample[]): number | undefined {
  return samples.length === 0
    ? undefined
    : samples.reduce((least, { intended }) => Math.min(least, intended), Infinity);
}
