import { objectiveLine } from './objective-result.ts';
import type { Report } from './report-schema.ts';

/** The report in a few lines of plain text, for terminals and logs. */
export function summarize(report: Report): string[] {
  return [
    `${report.passed ? 'PASS' : 'FAIL'} ${report.name}: ${report.verdict} (expected ${report.expect})`,
    `  ${times(report)}`,
    ...report.reasons.map(({ verdict, sentence }) => `  ${verdict}: ${sentence}`),
    ...report.objectives.map((result) => `  ${result.span}: ${objectiveLine(result)}`),
    `  ${reversal(report)}`,
    `  run ${report.id}, seed ${report.seed}, ${seconds(report.duration)}`,
  ];
}

function times({ timings, marks }: Report): string {
  if (marks.impact === null) return 'no impact';
  return [detection(timings), recovery(timings), healing(timings)].filter((part) => part !== '').join(', ');
}

function detection({ timeToDetect, predicted }: Report['timings']): string {
  if (timeToDetect === null) return 'not detected';
  return predicted ? 'detected before users were hit' : `detected after ${seconds(timeToDetect)}`;
}

function recovery({ timeToRecover, timeToRecoverAtLeast }: Report['timings']): string {
  if (timeToRecover !== null) return `recovered after ${seconds(timeToRecover)}`;
  return `not recovered for at least ${seconds(timeToRecoverAtLeast ?? 0)}`;
}

function healing({ selfHeal, healAfterRemoval }: Report['timings']): string {
  if (selfHeal !== null) return 'by itself';
  return healAfterRemoval === null ? '' : `${seconds(healAfterRemoval)} after the fault was gone`;
}

function reversal({ reversal: { clean, injected, leaked } }: Report): string {
  if (injected === 0) return 'nothing was injected';
  return clean ? `every fault proven undone (${injected})` : `NOT PROVEN UNDONE: ${leaked.join(', ')}`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
