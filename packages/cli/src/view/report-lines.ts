import { type Report, summarize } from '@bridge/chaos-core';
import type { Regression, Repetition } from '@bridge/chaos-recovery';
import { painter } from '../terminal/colour.ts';
import type { Output } from '../terminal/io.ts';
import { plainText } from '../terminal/plain-text.ts';

/** Reports for people, and what they tell together. */
export function reportLines(
  output: Output,
  reports: readonly Report[],
  repetition: Repetition | undefined,
  comparison: Regression | undefined,
): string[] {
  const paint = painter(output);
  const lines = reports.flatMap((report) => {
    const [head = '', ...rest] = summarize(report).map(plainText);
    return [paint(report.passed ? 'green' : 'red', head), ...rest];
  });
  if (repetition !== undefined) lines.push(repetitionLine(repetition));
  if (comparison === undefined) return lines;
  const style = comparison.outcome === 'regressed' ? 'red' : 'green';
  return [
    ...lines,
    paint(style, `against the baseline: ${comparison.outcome}`),
    ...comparison.findings.map(({ outcome, sentence }) => plainText(`  ${outcome}: ${sentence}`)),
  ];
}

function repetitionLine({ decision, passed, counted, uncounted, interval }: Repetition): string {
  const others = uncounted === 0 ? '' : `, ${uncounted} more told nothing`;
  const [low, high] = [interval.low, interval.high].map((share) => `${(100 * share).toFixed(0)} %`);
  return `${decision}: ${passed} of ${counted} runs passed${others}; pass rate between ${low} and ${high}`;
}
