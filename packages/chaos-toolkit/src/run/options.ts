import type { ActOptions, Clock, DurationInput, FaultHandle, Json, Logger } from '@bridge/chaos-core';
import type { FunctionTable } from '../provider/function-table.ts';
import type { ControlModule, GlobalControl } from './controls.ts';

export const HYPOTHESIS_STRATEGIES = [
  'default',
  'before-method-only',
  'after-method-only',
  'during-method-only',
  'continuously',
  'skip',
] as const;
export type HypothesisStrategy = (typeof HYPOTHESIS_STRATEGIES)[number];

export const ROLLBACK_STRATEGIES = ['default', 'always', 'never', 'deviated'] as const;
export type RollbackStrategy = (typeof ROLLBACK_STRATEGIES)[number];

export const DRY_MODES = ['probes', 'actions', 'activities', 'pause'] as const;
export type DryMode = (typeof DRY_MODES)[number];

/** `compat`: outcomes as Chaos Toolkit has them. `strict`: its traps are errors, and rollbacks always run. */
export type Mode = 'compat' | 'strict';

/** A fault as a file names it; the engine checks it. */
export interface FaultRequest {
  readonly type: string;
  readonly target: object;
  readonly params?: unknown;
  readonly for?: DurationInput;
}

/** What injects the faults of this SDK that a file names: a ChaosEngine that was started. */
export interface FaultEngine {
  inject(fault: FaultRequest, options?: ActOptions): Promise<FaultHandle>;
}

/** Runs Python functions that have no counterpart in TypeScript. */
export interface PythonBridgeOptions {
  /** The interpreter. Default `python3`. */
  readonly command?: string;
}

export interface RunOptions {
  /** Default `strict`. */
  readonly mode?: Mode;
  /** Arguments written as one text go through a shell. Default false: such a file is refused. */
  readonly allowShell?: boolean;
  /** Opt-in: Python functions that are not mapped run in a Python child process. Default: such a file is refused. */
  readonly python?: PythonBridgeOptions;
  /** More functions by their Python name, `mymodule.probes.is_up`; they win over the mapped ones. */
  readonly functions?: FunctionTable;
  /** Controls by the Python module they stand for. */
  readonly controls?: Readonly<Record<string, ControlModule>>;
  readonly globalControls?: readonly GlobalControl[];
  readonly engine?: FaultEngine;
  /** Values that replace declared configuration and secrets: `--var` and `--var-file`. */
  readonly variables?: {
    readonly configuration?: Readonly<Record<string, Json>>;
    readonly secrets?: Readonly<Record<string, Json>>;
  };
  /** Default: what the experiment's `runtime` says, else `default`. */
  readonly hypothesisStrategy?: HypothesisStrategy;
  /** Default: what the experiment's `runtime` says, else `default`. */
  readonly rollbackStrategy?: RollbackStrategy;
  /** Seconds between two checks while the method runs. Default 1. */
  readonly hypothesisFrequency?: number;
  /** Ends the method when a check during it fails. Default false. */
  readonly failFast?: boolean;
  /** With `failFast`: from this percentage of failed checks on. Default 0. */
  readonly failFastRatio?: number;
  readonly dry?: DryMode;
  /** `strict`: seconds in which the steady state must be back after the rollbacks. Default 10. */
  readonly restoredWithin?: number;
  /** Ends the run like SIGTERM. */
  readonly signal?: AbortSignal;
  /** Listens for SIGINT, SIGTERM, SIGUSR1 and SIGUSR2 while it runs. Default true. */
  readonly signals?: boolean;
  readonly clock?: Clock;
  readonly log?: Logger;
}
