import type { Repetition } from './repeat.ts';

const ENDS = {
  decided: '',
  limit: '; more runs would be needed to tell',
  aborted: '; stopped early',
  leaked: '; stopped because a fault could not be proven undone',
} as const;

/** A repetition in two lines of plain text, for terminals and logs. */
export function repetitionLines({ decision, ended, passed, counted, uncounted, interval }: Repetition): string[] {
  const others = uncounted === 0 ? '' : `, ${uncounted} more told nothing`;
  const range = `${percent(interval.low)} to ${percent(interval.high)}`;
  return [
    `${decision}: ${passed} of ${counted} runs passed${others}${decision === 'undecided' ? ENDS[ended] : ''}`,
    `  pass rate ${counted === 0 ? 'unknown' : percent(passed / counted)}, 95 % between ${range}`,
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
