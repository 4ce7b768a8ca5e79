import type { Clock } from '../clock.ts';
import type { EventHub } from '../event/event-hub.ts';
import type { Experiment } from '../experiment/experiment.ts';
import type { ProbeHealth } from '../guard/guard.ts';
import type { Logger } from '../logger.ts';
import type { Redactor } from '../redaction/redactor.ts';
import type { Registry } from '../registry.ts';
import type { FaultPort } from './fault-port.ts';
import type { HostUsage } from './host-usage.ts';
import type { Judge } from './judge.ts';
import type { Sampler } from './sampler.ts';

/** What is known of a run before it begins. */
export interface RunOrder {
  readonly id: string;
  readonly experiment: Experiment;
  readonly seed: number;
  readonly actor: string | null;
}

/** What a run needs of whoever carries it out. */
export interface RunHost {
  readonly clock: Clock;
  readonly log: Logger;
  readonly hub: EventHub;
  readonly redactor: Redactor;
  readonly registry: Registry;
  readonly faults: FaultPort;
  readonly sampler: Sampler;
  readonly judge: Judge;
  readonly usage: HostUsage;
  /** Milliseconds between looks at stop conditions and at the recovery. */
  readonly checkInterval: number;
  /**
   * Milliseconds that what was told to end may take: an injection after the run was aborted, before its fault counts
   * as leaked; a load; a sampler.
   */
  readonly abortGrace: number;
  /** Package name to version, for the report. */
  readonly versions: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /**
   * The last word before anything is started: guards, health before start. Rejects with a ChaosError to refuse.
   * Touches nothing. `health` looks once with every steady-state probe.
   */
  admit(order: RunOrder, health: () => Promise<readonly ProbeHealth[]>, signal: AbortSignal): Promise<void>;
}
