import type { Report } from '@bridge/chaos-core';
import { duration, durationOr, percent } from './units.ts';

type FaultRecord = Report['faults'][number];
type ObjectiveRow = Report['objectives'][number];

/** What each verdict means, in one line. */
export const VERDICT_MEANING: Readonly<Record<Report['verdict'], string>> = {
  leaked: 'a fault could not be proven undone',
  invalid: 'the experiment itself did not work',
  aborted: 'the run was stopped before its end',
  failed: 'the system did not do what the hypothesis says',
  flapping: 'the system recovered and fell back, several times',
  inconclusive: 'too little was seen to tell',
  recovered: 'users were hit, and were fine again in time',
  held: 'nobody was hit',
};

/** The marks of a run in the order of time, with what each of them says. */
export const MARKS = [
  ['request', 'the injector was asked'],
  ['ack', 'the injector reported the fault applied'],
  ['effect', 'the effect was seen from outside'],
  ['impact', 'users were hit'],
  ['detect', 'the system noticed'],
  ['act', 'the first recovery action began'],
  ['removed', 'the fault was proven gone'],
  ['recovered', 'users were fine again'],
  ['confirmed', 'and stayed fine'],
] as const;

export const SPANS: Readonly<Record<ObjectiveRow['span'], string>> = {
  baseline: 'before the fault',
  fault: 'while the fault was there',
  after: 'after the recovery',
};

/** The marks that were set, in the order of time. */
export function marksInOrder({
  marks,
}: Report): { readonly mark: keyof Report['marks']; readonly meaning: string; readonly at: number }[] {
  const set = MARKS.flatMap(([mark, meaning]) => {
    const at = marks[mark];
    return at === null ? [] : [{ mark, meaning, at }];
  });
  return set.toSorted((a, b) => a.at - b.at);
}

/** Milliseconds since the run began. */
export function sinceStart({ clock }: Report, at: number): number {
  return at - clock.monotonic;
}

/** The times that matter, each with what to say when there is none. */
export function keyTimes(report: Report): { readonly name: string; readonly value: string; readonly note: string }[] {
  const { timings, marks } = report;
  const quiet = marks.impact === null;
  const hit = quiet ? 'users were not hit' : '';
  return [
    { name: 'Time to detect', value: durationOr(timings.timeToDetect), note: hit || detectNote(timings) },
    { name: 'Time to recover', value: durationOr(timings.timeToRecover), note: hit || recoverNote(timings) },
    { name: 'Heal after removal', value: healed(timings), note: healNote(timings, hit) },
  ];
}

function detectNote({ timeToDetect, timeToDetectAtLeast, predicted }: Report['timings']): string {
  if (predicted) return 'noticed before users were hit';
  if (timeToDetect !== null) return 'from impact to the first alarm';
  return timeToDetectAtLeast === null ? 'not known' : `not noticed for at least ${duration(timeToDetectAtLeast)}`;
}

function recoverNote({ timeToRecover, timeToRecoverAtLeast, selfHeal }: Report['timings']): string {
  if (timeToRecover !== null) return selfHeal === null ? 'from impact to recovery' : 'recovered by itself';
  return timeToRecoverAtLeast === null ? 'not known' : `not recovered for at least ${duration(timeToRecoverAtLeast)}`;
}

function healed({ healAfterRemoval, selfHeal }: Report['timings']): string {
  return selfHeal === null ? durationOr(healAfterRemoval) : '—';
}

function healNote({ healAfterRemoval, selfHeal }: Report['timings'], hit: string): string {
  if (hit !== '') return hit;
  if (selfHeal !== null) return 'recovered with the fault still there';
  return healAfterRemoval === null ? 'not known' : 'after the fault was gone';
}

/** What proves that the fault was there. */
export function effectProof(fault: FaultRecord): string {
  if (fault.outcome !== 'injected') return fault.message;
  const { effect, counters } = fault.facts;
  const hits = counters === null ? '' : `, hit ${counters.injected} of ${counters.eligible}`;
  if (effect === null) return `not seen${hits}`;
  return `seen ${effect.observation} from outside after ${looks(effect.looks)}${hits}`;
}

/** What proves that the fault is gone. */
export function reversalProof(fault: FaultRecord): string {
  if (fault.outcome === 'leaked') return 'NOT PROVEN UNDONE';
  if (fault.outcome !== 'injected') return fault.outcome === 'refused' ? 'nothing was injected' : 'put back at once';
  const { state, facts } = fault;
  switch (state.phase) {
    case 'reverted':
    case 'gone':
      return `${state.phase} (${state.cause}), seen ${state.reversal.observation} from outside after ${looks(state.reversal.looks)}`;
    case 'spent':
      return state.restoredByEngine ? 'momentary; put back by the engine' : 'momentary; nothing to undo';
    case 'leaked':
      return `NOT PROVEN UNDONE (${state.cause}): ${state.reason}`;
    default:
      return facts.reversal === null ? `NOT PROVEN UNDONE: last seen ${state.phase}` : 'undone';
  }
}

/** Whether the fault is proven undone, or never was there. */
export function isUndone(fault: FaultRecord): boolean {
  if (fault.outcome === 'leaked') return false;
  return fault.outcome !== 'injected' || ['reverted', 'gone', 'spent'].includes(fault.state.phase);
}

function looks(count: number): string {
  return count === 1 ? '1 look' : `${count} looks`;
}

/** Limit, observation and interval of an objective in its own unit. */
export function objectiveWords(row: ObjectiveRow): {
  readonly limit: string;
  readonly seen: string;
  readonly share: string;
} {
  const isShare = row.metric === 'success';
  const limit = isShare ? `at least ${percent(row.limit)}` : `at most ${duration(row.limit)}`;
  const seen = isShare ? percent(row.observed) : durationOr(row.observed);
  const { low, high } = row.interval;
  return { limit, seen, share: `${percent(row.share)} within, 95 % interval ${percent(low)} to ${percent(high)}` };
}

/** An objective that was broken where the experiment does not allow it. */
export function breaksPromise(row: ObjectiveRow, { expect, passed }: Report): boolean {
  return row.outcome === 'fail' && !passed && (row.span !== 'fault' || expect === 'held');
}
