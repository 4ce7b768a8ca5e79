import { duration, percent, round } from '../text/units.ts';
import type { ComparedValue, ReportComparison } from './compare-reports.ts';

/** What can be said of the two runs, in one line. */
export function comparisonHeadline({ regression, before, after }: ReportComparison): string {
  if (regression === null) return 'different experiments: only the numbers stand side by side';
  if (regression.outcome === 'regressed') return 'worse than before';
  if (regression.outcome === 'undecided') return 'too little was seen to tell';
  return before.passed || !after.passed ? 'not worse than before' : 'better than before';
}

export function comparedWords(value: ComparedValue): {
  readonly before: string;
  readonly after: string;
  readonly change: string;
} {
  const { before, after } = value;
  return { before: inUnit(before, value), after: inUnit(after, value), change: change(value) };
}

function inUnit(number: number | null, { unit }: ComparedValue): string {
  if (number === null) return '—';
  if (unit === 'ms') return duration(number);
  return unit === 'share' ? percent(number) : String(number);
}

function change({ before, after, unit }: ComparedValue): string {
  if (before === null || after === null) return '';
  const difference = after - before;
  if (difference === 0) return 'same';
  const sign = difference > 0 ? '+' : '−';
  if (unit === 'share') return `${sign}${round(Math.abs(100 * difference), 2)} points`;
  if (unit === 'count') return `${sign}${Math.abs(difference)}`;
  const ratio = before > 0 ? ` (×${round(after / before, 2)})` : '';
  return `${sign}${duration(Math.abs(difference))}${ratio}`;
}
