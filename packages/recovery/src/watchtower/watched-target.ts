import type { Target } from '@bridge/chaos-core';

/**
 * When a target that stopped is started again, with Docker's own names:
 * - `unless-stopped`: unless somebody stopped it on purpose. Default.
 * - `on-failure`: only with an exit code other than 0, and unless stopped on purpose.
 * - `always`.
 * - `observe`: never; failures are only told.
 */
export const RESTART_RULES = ['unless-stopped', 'on-failure', 'always', 'observe'] as const;
export type RestartRule = (typeof RESTART_RULES)[number];

/** A target that has asked to be watched. `startedAt` names the incarnation that was seen. */
export interface WatchedTarget extends Target {
  readonly group: string;
  readonly restart: RestartRule;
  /** Milliseconds the target gets to end by itself before it is killed in a restart. */
  readonly stopTimeout: number;
}

export type Condition =
  | {
      readonly is: 'running';
      /** What its own health check says, `none` without one. */
      readonly health: 'none' | 'starting' | 'healthy' | 'unhealthy';
      /** Results of the own health checks of this incarnation, oldest first. */
      readonly checks: readonly boolean[];
      /** Milliseconds since this incarnation started. */
      readonly age: number;
    }
  | { readonly is: 'stopped'; readonly exitCode: number | null; readonly onPurpose: boolean }
  /** Another supervisor, such as the engine's restart policy, is at it. */
  | { readonly is: 'restarting' }
  | { readonly is: 'paused' };

/** A target and how it was, at one look. */
export interface Sighting {
  readonly target: WatchedTarget;
  readonly condition: Condition;
}
