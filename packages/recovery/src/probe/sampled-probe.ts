import {
  ChaosError,
  implementationOf,
  type JsonObject,
  milliseconds,
  type ProbeTiming,
  type SampledProbe,
} from '@bridge/chaos-core';
import type { AnyProbeSpec } from './open-probe.ts';

const EVERY = 100;
const TIMEOUT = 1_000;

/**
 * A probe as a sampler takes it, from what its factory wrote. Default timing as in an experiment: every 100 ms, within a
 * second. Throws `CHAOS_PROBE_UNKNOWN`, `CHAOS_PROBE_INVALID`.
 */
export async function sampledProbe(spec: AnyProbeSpec): Promise<SampledProbe> {
  const implementation = implementationOf(spec);
  if (implementation === undefined) {
    const message = `expected a probe written by its factory, such as http({ … }), got type ${JSON.stringify(spec.type)}`;
    throw new ChaosError('CHAOS_PROBE_UNKNOWN', message);
  }
  const { name, every = EVERY, timeout = TIMEOUT, type, ...options }: ProbeTiming & { readonly type: string } = spec;
  const written: JsonObject = options;
  const parsed = await implementation.options.safeParseAsync(written);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => `${[name, ...path].join('.')}: ${message}`);
    throw new ChaosError('CHAOS_PROBE_INVALID', `${type} probe ${lines.join('; ')}`);
  }
  return { name, type, every: milliseconds(every), timeout: milliseconds(timeout), options: written, implementation };
}
