import type { DrillRecord } from '@bridge/chaos-core';
import type { IncidentSignal } from '../incident-signal.ts';
import { type Playbook, playbookVersion } from '../playbook.ts';
import type { Outcome } from '../severity.ts';
import type { Experience } from './experience.ts';

/** What a playbook did in a drill, or what it would have done. */
export interface Deed {
  readonly playbook: Playbook;
  readonly signal: IncidentSignal;
  readonly arm: Experience['arm'];
  /** Monotonic milliseconds of its first step; null: it took none. */
  readonly actedAt: number | null;
  readonly outcome: Outcome;
}

/** What the drill's record cannot say. */
interface Circumstances {
  /** What the target is: `container`, `process`, `service`. */
  readonly kind: string;
  /** Somebody lent a hand. */
  readonly operator: boolean;
}

type Marks = NonNullable<DrillRecord['report']>['marks'];

/**
 * What one drill teaches about one playbook. Undefined for a drill in which nothing was broken, or whose fault did not
 * show: it teaches nothing.
 */
export function drillLesson(
  { kind: drill, outcome, report, version, timeToRecover, endedAt }: DrillRecord,
  { playbook, signal, arm, actedAt, outcome: how }: Deed,
  { kind, operator }: Circumstances,
): Experience | undefined {
  if (drill === 'null' || outcome === 'not-run' || report === null || report.marks.impact === null) return undefined;
  const { trigger, cause, severity } = signal;
  return {
    key: { trigger, cause, severity, kind },
    playbook: playbook.name,
    version: playbookVersion(playbook),
    arm,
    outcome: how,
    actedAt,
    recoveredAt: report.marks.recovered,
    faultEndedAt: faultEnd(report, report.marks),
    operator,
    timeToRecover,
    digest: version,
    at: Date.parse(endedAt),
  };
}

/**
 * When the last fault was taken away. Null where the action is what ended it: its effect was gone, or what carried it was,
 * before anybody asked to undo it; and null for momentary faults, which leave nothing to take away.
 */
function faultEnd({ faults }: NonNullable<DrillRecord['report']>, { removed }: Marks): number | null {
  const taken = faults.some(
    (fault) => fault.outcome === 'injected' && fault.state.phase === 'reverted' && fault.state.cause !== 'effect-lost',
  );
  return taken ? removed : null;
}
