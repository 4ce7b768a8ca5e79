import type { OpenProbe, ProbeContext } from '@bridge/chaos-core';
import { type AnyProbeSpec, writtenProbe } from './written-probe.ts';

export type { AnyProbeSpec } from './written-probe.ts';

/** An open probe with its timing in milliseconds. */
export interface TimedProbe extends OpenProbe {
  readonly name: string;
  readonly every: number;
  readonly timeout: number;
}

const EVERY = 1_000;
const TIMEOUT = 1_000;

/**
 * Opens a probe outside any experiment. Throws `CHAOS_PROBE_UNKNOWN` for a spec that no factory wrote, and
 * `CHAOS_PROBE_INVALID` for options that are not what it expects. Default: every second, within a second.
 */
export async function openProbe(spec: AnyProbeSpec, context: ProbeContext): Promise<TimedProbe> {
  const { name, implementation, every = EVERY, timeout = TIMEOUT, parsed } = await writtenProbe(spec);
  const open = await implementation.open(parsed, context);
  return { name, every, timeout, check: (signal) => open.check(signal), close: () => open.close() };
}
