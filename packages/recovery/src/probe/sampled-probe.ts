import type { SampledProbe } from '@bridge/chaos-core';
import { type AnyProbeSpec, writtenProbe } from './written-probe.ts';

const EVERY = 100;
const TIMEOUT = 1_000;

/**
 * A probe as a sampler takes it, from what its factory wrote. Default timing as in an experiment: every 100 ms, within a
 * second. Throws `CHAOS_PROBE_UNKNOWN`, `CHAOS_PROBE_INVALID`.
 */
export async function sampledProbe(spec: AnyProbeSpec): Promise<SampledProbe> {
  const { name, type, implementation, every = EVERY, timeout = TIMEOUT, options } = await writtenProbe(spec);
  return { name, type, every, timeout, options, implementation };
}
