import {
  ChaosError,
  implementationOf,
  type JsonObject,
  milliseconds,
  type ProbeSpec,
  type ProbeTiming,
  type RecoveryProbe,
} from '@bridge/chaos-core';

/** A probe as its factory writes it, such as `http({ name, url })`. */
export type AnyProbeSpec = Omit<ProbeSpec, 'type'> & { readonly type: string };

/** A probe taken apart. */
export interface WrittenProbe {
  readonly name: string;
  readonly type: string;
  readonly implementation: RecoveryProbe;
  /** Milliseconds; undefined where nothing is written. */
  readonly every: number | undefined;
  readonly timeout: number | undefined;
  /** As written. */
  readonly options: JsonObject;
  /** As the probe takes them. */
  readonly parsed: unknown;
}

/**
 * Takes apart what a factory wrote. Throws `CHAOS_PROBE_UNKNOWN` for a spec that no factory wrote, and
 * `CHAOS_PROBE_INVALID` for options that are not what the probe expects.
 */
export async function writtenProbe(spec: AnyProbeSpec): Promise<WrittenProbe> {
  const implementation = implementationOf(spec);
  if (implementation === undefined) {
    const message = `expected a probe written by its factory, such as http({ … }), got type ${JSON.stringify(spec.type)}`;
    throw new ChaosError('CHAOS_PROBE_UNKNOWN', message);
  }
  const { name, every, timeout, business: _, type, ...rest }: ProbeTiming & { readonly type: string } = spec;
  const options: JsonObject = rest;
  const result = await implementation.options.safeParseAsync(options);
  if (!result.success) {
    const lines = result.error.issues.map(({ path, message }) => `${[name, ...path].join('.')}: ${message}`);
    throw new ChaosError('CHAOS_PROBE_INVALID', `${type} probe ${lines.join('; ')}`);
  }
  const time = (input: typeof every): number | undefined => (input === undefined ? undefined : milliseconds(input));
  return { name, type, implementation, every: time(every), timeout: time(timeout), options, parsed: result.data };
}
