import type { Clock } from '../clock.ts';
import type { JsonObject } from '../json.ts';
import type { Logger } from '../logger.ts';
import type { EventSource, Health, RecoveryProbe } from '../probe/probe.ts';

/** Where another thread or process finds the implementation of a probe: the plugin module that provides it. */
export interface ProbeOrigin {
  /** `import.meta.url` of the module whose default export builds the plugin from `options`. */
  readonly module: string;
  readonly specifier?: string;
  readonly options: JsonObject;
}

/** A probe as the sampler gets it: templates resolved, options valid. */
export interface SampledProbe {
  readonly name: string;
  readonly type: string;
  /** Milliseconds between intended sends. */
  readonly every: number;
  /** A check without an answer this many milliseconds after its intended send has failed. */
  readonly timeout: number;
  /** As written; `implementation.options` parses them into what `open` gets. May hold resolved secrets. */
  readonly options: JsonObject;
  readonly implementation: RecoveryProbe;
  /** Absent when the implementation came with the spec itself and not from a plugin. */
  readonly origin?: ProbeOrigin;
}

/**
 * How a check ended. `answered`: the probe gave a result. `threw`: it threw. `timeout`: no answer by the deadline,
 * or the check was due and could not be sent before it. `shed`: not sent because too many checks were in flight.
 */
export type SampleOutcome = 'answered' | 'threw' | 'timeout' | 'shed';

/** One check of the arrival plan. Every planned check becomes exactly one sample, sent or not. */
export interface Sample {
  readonly probe: string;
  /** Position in the probe's arrival plan, dense from 0. Samples may be delivered out of order. */
  readonly index: number;
  /** When the plan wanted it sent. Monotonic milliseconds of `SamplerContext.clock`, also from another thread. */
  readonly intended: number;
  /** When it was sent. Equal to `ended` for a check that never was. */
  readonly started: number;
  readonly ended: number;
  /** `ended - intended`: what a user who arrived on time would have waited. */
  readonly latency: number;
  readonly outcome: SampleOutcome;
  readonly health: Health;
  readonly value?: number | string | boolean | null;
  readonly detail?: string;
}

/** How faithfully one probe's arrival plan was kept. */
export interface ProbeSampling {
  readonly probe: string;
  /** Milliseconds between intended sends. */
  readonly every: number;
  readonly planned: number;
  readonly sent: number;
  /** `sent / planned`; 1 when nothing was planned. */
  readonly rate: number;
  /** 99th percentile of `started - intended` over the checks that were sent, in ms; null when none was. */
  readonly lagP99: number | null;
  /** Checks suppressed by the cap on checks in flight. */
  readonly shed: number;
}

/** Whether the sampler itself can be believed. */
export interface SamplerHealth {
  readonly probes: readonly ProbeSampling[];
}

export interface SamplerContext {
  readonly clock: Clock;
  readonly log: Logger;
  /** Handed on to probes that are opened in the host's thread. */
  readonly events?: EventSource;
}

export interface RunningSampler {
  /**
   * Sends nothing more, lets checks in flight end (at most their time-out), closes every probe. Every sample has
   * reached the sink when this resolves. Calling it again returns the same promise.
   */
  stop(): Promise<SamplerHealth>;
}

/**
 * Checks probes on a fixed arrival plan (open loop): a slow answer never delays the next check, and latency counts
 * from the intended send time, so a stall cannot hide the checks it swallowed (Tene, "How NOT to measure latency").
 */
export interface Sampler {
  /**
   * Opens every probe, then starts the plan. If one cannot be opened, the others are closed and this rejects with
   * what `open` threw. The sink must not throw.
   */
  start(
    probes: readonly SampledProbe[],
    sink: (sample: Sample) => void,
    context: SamplerContext,
  ): Promise<RunningSampler>;
}
