import type { Clock } from '../clock.ts';
import type { Emit } from '../event/chaos-events.ts';
import type { Experiment } from '../experiment/experiment.ts';
import type { DeedHost } from './deed.ts';

/** What schedules need of their engine. */
export interface ScheduleHost extends DeedHost {
  readonly clock: Clock;
  readonly emit: Emit;
  /** Of a run of this engine; only the last ones are remembered. */
  experimentOf(runId: string): Experiment | undefined;
  /** Why nothing can be injected now: not armed, stopped, closed. Undefined when it can. */
  hindrance(): string | undefined;
}
