import { HIGH_RISK } from '../card/interval.ts';
import { wilson } from '../run/wilson.ts';
import type { CellState, CoverageCell } from './cell.ts';
import type { AlarmCount } from './drill-history.ts';

export interface CoverageCounts {
  readonly cells: number;
  readonly neverDrilled: number;
  /** A drill came to something within the interval. */
  readonly drilledRecently: number;
  readonly covered: number;
  readonly failing: number;
  readonly stale: number;
  readonly unproven: number;
  readonly overdue: number;
  readonly flaky: number;
  /** Of risk 2 and more: not covered, or overdue. */
  readonly highRiskPending: number;
  /** Mean of the cells' scores weighted by risk, 0 to 1; null without cells. */
  readonly score: number | null;
}

/** How far a trigger's firing can be believed. */
export interface FalseAlarmRate extends AlarmCount {
  readonly rate: number;
  /** Wilson score interval at 95 %. */
  readonly low: number;
  readonly high: number;
}

/** What is drilled and what is not, now. Plain JSON. */
export interface CoverageReport {
  /** RFC 3339. */
  readonly time: string;
  readonly total: CoverageCounts;
  readonly categories: Readonly<Record<string, CoverageCounts>>;
  readonly cells: readonly CoverageCell[];
  readonly falseAlarms: readonly FalseAlarmRate[];
}

export function coverageReport(
  cells: readonly CoverageCell[],
  alarms: readonly AlarmCount[],
  now: number,
): CoverageReport {
  const categories = [...Map.groupBy(cells, ({ category }) => category)].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    time: new Date(now).toISOString(),
    total: counts(cells),
    categories: Object.fromEntries(categories.map(([category, own]) => [category, counts(own)])),
    cells,
    falseAlarms: alarms.map((count) => ({
      ...count,
      rate: count.alarms / count.drills,
      ...wilson(count.alarms, count.drills),
    })),
  };
}

/** Of high risk, and not covered or overdue. */
export function isHighRiskPending({ risk, state, overdue }: CoverageCell): boolean {
  return risk >= HIGH_RISK && (state !== 'covered' || overdue > 0);
}

function counts(cells: readonly CoverageCell[]): CoverageCounts {
  const being = (state: CellState): number => cells.filter((cell) => cell.state === state).length;
  const risk = cells.reduce((sum, cell) => sum + cell.risk, 0);
  return {
    cells: cells.length,
    neverDrilled: being('never-drilled'),
    drilledRecently: cells.filter(({ lastDrill, overdue }) => lastDrill !== null && overdue === 0).length,
    covered: being('covered'),
    failing: being('failing'),
    stale: being('stale'),
    unproven: being('unproven'),
    overdue: cells.filter(({ overdue }) => overdue > 0).length,
    flaky: cells.filter(({ flaky }) => flaky).length,
    highRiskPending: cells.filter(isHighRiskPending).length,
    score: cells.length === 0 ? null : cells.reduce((sum, cell) => sum + cell.score * cell.risk, 0) / risk,
  };
}
