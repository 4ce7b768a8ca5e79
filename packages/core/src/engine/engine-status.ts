import type { FaultPhase } from '../fault/life.ts';
import type { LatchState } from '../guard/latch-state.ts';
import type { SchedulePhase } from '../schedule/schedule-state.ts';
import type { Target } from '../target/target.ts';

export interface FaultStatus {
  readonly id: string;
  readonly type: string;
  readonly target: Target;
  readonly phase: FaultPhase;
  readonly runId: string | null;
}

/** What the engine is doing now. Plain JSON. */
export interface EngineStatus {
  readonly phase: 'new' | 'starting' | 'started' | 'stale' | 'closed';
  readonly armed: boolean;
  /** Absolute path of the state folder. */
  readonly state: string;
  readonly emergencyStop: LatchState;
  readonly guardian: { readonly state: 'none' | 'arming' | 'armed' | 'lost'; readonly pid: number | null };
  readonly faults: readonly FaultStatus[];
  readonly runs: readonly { readonly id: string; readonly name: string }[];
  /** Those that have not ended. */
  readonly schedules: readonly { readonly id: string; readonly name: string; readonly phase: SchedulePhase }[];
}
