import type * as z from 'zod';
import type { DurationInput } from '../duration.ts';
import type { RecoveryProbe } from './probe.ts';

/** What every probe in an experiment has, whatever its type. */
export interface ProbeTiming {
  /** Unique within the experiment; objectives refer to it. */
  readonly name: string;
  /** Interval between intended sends. Default 100 ms. */
  readonly every?: DurationInput;
  /** A check without an answer by then is a failure. Default 1 s. */
  readonly timeout?: DurationInput;
  /** What failed checks stand for, so that a report can tell what a run cost. */
  readonly business?: BusinessValue;
}

/** What users lose while a probe fails. */
export interface BusinessValue {
  /** In any currency. */
  readonly costPerLostRequest: number;
  /** Requests of users that the probe stands for. Default: its own checks are all there is. */
  readonly requestsPerSecond?: number;
  /** For display, such as "EUR". */
  readonly currency?: string;
}

const IMPLEMENTATION: unique symbol = Symbol.for('@bridge/chaos-core/probe');

/** Carries a probe's implementation under a symbol: spreading keeps it, JSON does not see it. */
export interface Implemented {
  readonly [IMPLEMENTATION]: RecoveryProbe;
}

/** A probe in an experiment: plain data, options beside the timing. */
export type ProbeSpec<Type extends string = string, Options = unknown> = ProbeTiming & {
  readonly type: Type;
} & Options &
  Implemented;

/** A probe type that is also called to write a {@link ProbeSpec}: `http({ name, url, every })`. */
export interface ProbeFactory<Type extends string, Options extends z.ZodType> extends RecoveryProbe<Type, Options> {
  (spec: ProbeTiming & z.input<Options>): ProbeSpec<Type, z.input<Options>>;
}

/**
 * Declares a probe type. The result is both the {@link RecoveryProbe} for a plugin and the function that writes its
 * specs; a spec written so carries its implementation along (hidden, not serialised), so no plugin is needed for it.
 */
export function defineProbe<const Type extends string, Options extends z.ZodType>(
  probe: RecoveryProbe<Type, Options>,
): ProbeFactory<Type, Options> {
  const write = (spec: ProbeTiming & z.input<Options>): ProbeSpec<Type, z.input<Options>> =>
    carryImplementation({ ...spec, type: probe.type }, probe);
  const { type, options, inHost = false } = probe;
  return Object.assign(write, { type, options, inHost, open: probe.open.bind(probe) });
}

/** Makes a spec carry its implementation. Returns the same spec. */
export function carryImplementation<Spec extends object>(spec: Spec, probe: RecoveryProbe): Spec & Implemented {
  return Object.assign(spec, { [IMPLEMENTATION]: probe });
}

/** The implementation a spec carries, if it was written by a {@link ProbeFactory}. */
export function implementationOf(spec: object): RecoveryProbe | undefined {
  const carried: unknown = Reflect.get(spec, IMPLEMENTATION);
  return isProbe(carried) ? carried : undefined;
}

function isProbe(value: unknown): value is RecoveryProbe {
  return typeof value === 'object' && value !== null && 'open' in value && 'options' in value;
}
