import type { JsonObject, Logger, Sample } from '@bridge/chaos-core';
import type { OpenLoopHealth } from './open-loop.ts';
import type { ProbeModule } from './probe-module.ts';
import type { PlannedProbe } from './probe-plan.ts';

/** A probe as it is sent to the worker. */
export interface WorkerProbe {
  readonly planned: PlannedProbe;
  readonly type: string;
  readonly options: JsonObject;
  readonly module: ProbeModule;
}

/** `workerData` of the sampler's thread. */
export interface WorkerOrder {
  readonly probes: readonly WorkerProbe[];
  /** What to add to the thread's CLOCK_MONOTONIC (ms) to get the time of the clock that samples are given in. */
  readonly offset: number;
}

export type ToWorker = { readonly kind: 'begin' } | { readonly kind: 'stop' };

export type FromWorker =
  /** Every probe is open. */
  | { readonly kind: 'opened' }
  /** A probe could not be opened; the others are closed. */
  | { readonly kind: 'refused'; readonly error: PortableError }
  | { readonly kind: 'samples'; readonly samples: readonly Sample[] }
  | {
      readonly kind: 'log';
      readonly level: keyof Logger;
      readonly data: JsonObject;
      readonly message: string;
    }
  | { readonly kind: 'stopped'; readonly health: OpenLoopHealth };

/** An error as plain data: a structured clone would lose a ChaosError's code. */
export interface PortableError {
  readonly message: string;
  readonly code?: string;
  readonly details?: JsonObject;
}
