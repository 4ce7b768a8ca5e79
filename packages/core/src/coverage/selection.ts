import { wilson } from '../run/wilson.ts';
import type { CoverageCell } from './cell.ts';

/** What makes a card wanted; their product is its weight. */
export interface Urgency {
  readonly risk: number;
  /** Age over interval, 0.1 to 3; 3 when it was never drilled. */
  readonly staleness: number;
  /** Width of the Wilson interval of its pass rate on this version, 0.1 to 1. */
  readonly uncertainty: number;
  /** 2 when the version or the card has changed since the last drill, else 1. */
  readonly changed: number;
  readonly weight: number;
  /** The same as text. */
  readonly why: string;
}

const LEAST = 0.1;
const MOST_STALENESS = 3;

/** How much a drill of this cell is wanted now. */
export function urgencyOf(cell: CoverageCell, now: number): Urgency {
  const { risk, runs } = cell;
  const staleness = stalenessOf(cell, now);
  const trials = runs.passed + runs.failed;
  const { low, high } = wilson(runs.passed, trials);
  const uncertainty = Math.max(LEAST, high - low);
  const changed = hasChanged(cell) ? 2 : 1;
  const weight = risk * staleness * uncertainty * changed;
  const rate = `${trials} drills that decided, pass rate ${percent(low)} to ${percent(high)}`;
  const why = [
    `risk ${risk}`,
    `staleness ${staleness.toFixed(2)} (${age(cell, now)})`,
    `uncertainty ${uncertainty.toFixed(2)} (${rate})`,
    `changed ${changed} (${changed === 2 ? `version ${cell.version} or the card is new` : 'same version and card'})`,
  ].join(' × ');
  return { risk, staleness, uncertainty, changed, weight, why: `${why} = ${weight.toFixed(2)}` };
}

function stalenessOf(cell: CoverageCell, now: number): number {
  if (cell.lastDrill === null) return MOST_STALENESS;
  const since = now - Date.parse(cell.lastDrill);
  return Math.min(MOST_STALENESS, Math.max(LEAST, since / cell.interval));
}

function hasChanged(cell: CoverageCell): boolean {
  return cell.lastDrill !== null && cell.runs.passed + cell.runs.failed === 0 && cell.state !== 'unproven';
}

const DAY = 24 * 60 * 60_000;

function age({ lastDrill, interval }: CoverageCell, now: number): string {
  if (lastDrill === null) return 'never drilled';
  return `${((now - Date.parse(lastDrill)) / DAY).toFixed(1)} of ${(interval / DAY).toFixed(1)} days`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
