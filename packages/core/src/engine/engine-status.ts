import type { FaultPhase } from '../fault/life.ts';
import type { LatchState } from '../guard/latch-state.ts';
import type { ScheduleHandle } from '../schedule/schedule-handle.ts';
import type { SchedulePhase } from '../schedule/schedule-state.ts';
import type { Target } from '../target/target.ts';
import type { EngineParts } from './engine-parts.ts';
import type { OpenEngine } from './open-engine.ts';

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

/** What is on, as the engine itself keeps it. */
interface Doings {
  readonly runs: EngineStatus['runs'];
  readonly schedules: readonly Pick<ScheduleHandle, 'id' | 'name' | 'state'>[];
}

export function engineStatus(
  { armed, folder, latch }: EngineParts,
  phase: Exclude<EngineStatus['phase'], 'stale'>,
  open: OpenEngine | undefined,
  { runs, schedules }: Doings,
): EngineStatus {
  const faults = open?.session.live.all ?? [];
  return {
    phase: open?.session.isStale ? 'stale' : phase,
    armed,
    state: folder.path,
    emergencyStop: latch.state,
    guardian: { state: open?.session.guardian.state ?? 'none', pid: open?.session.guardian.pid ?? null },
    faults: faults.map(({ id, type, target, state, injection }) => ({
      id,
      type,
      target,
      phase: state.phase,
      runId: injection.runId ?? null,
    })),
    runs,
    schedules: schedules.map(({ id, name, state }) => ({ id, name, phase: state.phase })),
  };
}
