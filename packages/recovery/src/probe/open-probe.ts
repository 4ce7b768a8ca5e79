import {
  ChaosError,
  implementationOf,
  milliseconds,
  type OpenProbe,
  type ProbeContext,
  type ProbeSpec,
  type ProbeTiming,
} from '@bridge/chaos-core';

/** A probe as its factory writes it, such as `http({ name, url })`. */
export type AnyProbeSpec = Omit<ProbeSpec, 'type'> & { readonly type: string };

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
  const implementation = implementationOf(spec);
  if (implementation === undefined) {
    const message = `expected a probe written by its factory, such as http({ … }), got type ${JSON.stringify(spec.type)}`;
    throw new ChaosError('CHAOS_PROBE_UNKNOWN', message);
  }
  const { name, every, timeout, type, ...options }: ProbeTiming & { readonly type: string } = spec;
  const parsed = await implementation.options.safeParseAsync(options);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => `${[name, ...path].join('.')}: ${message}`);
    throw new ChaosError('CHAOS_PROBE_INVALID', `${type} probe ${lines.join('; ')}`);
  }
  const open = await implementation.open(parsed.data, context);
  return {
    name,
    every: every === undefined ? EVERY : milliseconds(every),
    timeout: timeout === undefined ? TIMEOUT : milliseconds(timeout),
    check: (signal) => open.check(signal),
    close: () => open.close(),
  };
}
