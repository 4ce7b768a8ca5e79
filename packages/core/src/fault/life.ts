import type { Json } from '../json.ts';
import type { Observation } from './injector.ts';

/** What the look from outside showed. `at` is monotonic milliseconds of the observing process. */
export interface Proof {
  readonly observation: Observation;
  readonly at: number;
  /** How many looks it took. */
  readonly looks: number;
  readonly fingerprint?: Json;
}

/** Why a fault ends. */
export type RevertCause =
  | 'scope-end'
  | 'hold-over'
  | 'requested'
  | 'run-end'
  | 'run-aborted'
  | 'inert'
  | 'failed'
  | 'stale'
  | 'emergency-stop'
  | 'signal'
  | 'engine-close'
  | 'guardian-lost'
  | 'target-changed'
  | 'effect-lost'
  | 'host-limit'
  | 'engine-dead'
  | 'engine-hung'
  | 'orphan';

/** Life of a fault. Each phase carries only its own facts. */
export type FaultState =
  | { readonly phase: 'planned' }
  | { readonly phase: 'intended' }
  | { readonly phase: 'injecting' }
  | { readonly phase: 'active'; readonly effect: Proof }
  | { readonly phase: 'reverting'; readonly cause: RevertCause }
  | { readonly phase: 'reverted'; readonly cause: RevertCause; readonly reversal: Proof }
  | { readonly phase: 'gone'; readonly cause: RevertCause; readonly reversal: Proof }
  | { readonly phase: 'spent'; readonly effect: Proof; readonly restoredByEngine: boolean }
  | { readonly phase: 'leaked'; readonly cause: RevertCause; readonly reason: string };

export type FaultPhase = FaultState['phase'];

/** Phases after which nothing is left to do. `leaked` is not one: it is retried. */
export type SettledState = Extract<FaultState, { phase: 'reverted' | 'gone' | 'spent' }>;

export function isSettled(state: FaultState): state is SettledState {
  return state.phase === 'reverted' || state.phase === 'gone' || state.phase === 'spent';
}
