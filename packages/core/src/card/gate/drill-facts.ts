import type { Report } from '../../run/report-schema.ts';
import type { Card } from '../card.ts';
import type { HeardFault, HeardProbe, HeardSignal } from '../drill-log.ts';
import type { Inspection } from '../inspect.ts';
import type { GateEvidence } from '../record.ts';

/** Everything a drill saw; all that a gate may look at. Times are monotonic ms. */
export interface DrillFacts {
  readonly card: Card;
  readonly report: Report;
  readonly signals: readonly HeardSignal[];
  readonly faults: readonly HeardFault[];
  readonly probes: readonly HeardProbe[];
  /** Faults that are not of this drill were there too: whose trigger is whose cannot be told by the name alone. */
  readonly crowded: boolean;
  /** Signals after this were not listened for. */
  readonly observedUntil: number;
  readonly verification: readonly Inspection[];
  readonly restored: readonly Inspection[];
}

/** When the first fault was proven in effect; null when none was. */
export function effectAt({ report }: Pick<DrillFacts, 'report'>): number | null {
  return earliest(report, 'effectiveAt');
}

/** When the first injector was asked; null when none was. */
export function requestAt({ report }: Pick<DrillFacts, 'report'>): number | null {
  return earliest(report, 'requestedAt');
}

/** When the last fault was proven undone; never while one is not. */
export function removedAt({ report }: Pick<DrillFacts, 'report'>): number {
  const times = report.faults.flatMap((fault) => (fault.outcome === 'injected' ? [fault.facts.removedAt] : []));
  return Math.max(...times.map((at) => at ?? Number.POSITIVE_INFINITY));
}

function earliest({ faults }: Report, fact: 'effectiveAt' | 'requestedAt'): number | null {
  const times = faults.flatMap((fault) => (fault.outcome === 'injected' ? [fault.facts[fact]] : []));
  const known = times.filter((at) => at !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** Most facts that one gate shows: an entry of a ledger holds 64 KiB. */
const MOST_EVIDENCE = 8;

/** At most 8 facts, the first ones. */
export function evidence(facts: readonly GateEvidence[]): GateEvidence[] {
  return facts.slice(0, MOST_EVIDENCE);
}

/** `1.2 s`. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
