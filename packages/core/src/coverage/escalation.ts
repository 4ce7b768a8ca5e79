import { HIGH_RISK } from '../card/interval.ts';
import type { CoverageCell } from './cell.ts';

export interface Escalation {
  readonly cell: CoverageCell;
  /** `notice`: the interval is over. `alarm`: it has been over for long. */
  readonly level: 'notice' | 'alarm';
  readonly reason: string;
}

/** An alarm comes after so many intervals: 7 days for the 3 days of high risk; 14 and 28 days for the rest. */
const ALARM = { high: 7 / 3, other: 2 } as const;

const DAY = 24 * 60 * 60_000;

/** Whether a cell has been left too long, at its highest level. */
export function escalationOf(cell: CoverageCell): Escalation | undefined {
  const { overdue, interval, risk, lastDrill } = cell;
  if (overdue === 0) return undefined;
  const after = overdue + interval;
  const level = after >= interval * (risk >= HIGH_RISK ? ALARM.high : ALARM.other) ? 'alarm' : 'notice';
  const what = lastDrill === null ? 'never drilled' : 'not drilled';
  const reason = `${what} for ${(after / DAY).toFixed(1)} days, expected every ${(interval / DAY).toFixed(1)} (risk ${risk})`;
  return { cell, level, reason };
}
