import type { CoverageReport, DrillRecord } from '@bridge/chaos-core';
import { type Colour, painter } from '../terminal/colour.ts';
import type { Output } from '../terminal/io.ts';
import { plainText } from '../terminal/plain-text.ts';
import { duration } from './duration.ts';

const STYLES: Readonly<Record<string, Colour>> = {
  passed: 'green',
  covered: 'green',
  failed: 'red',
  failing: 'red',
  inconclusive: 'yellow',
  stale: 'yellow',
};

/** A drill for people: what came of it, gate by gate. */
export function drillLines(
  output: Output,
  { card, target, kind, outcome, reason, gates, runId }: DrillRecord,
): string[] {
  const paint = painter(output);
  const head = `${outcome.toUpperCase()} ${kind === 'null' ? 'null drill of ' : ''}${card} on ${target}: ${reason}`;
  return [
    paint(STYLES[outcome] ?? 'dim', plainText(head)),
    ...gates.map((gate) => {
      const label = paint(STYLES[gate.outcome] ?? 'dim', gate.outcome.padEnd(13));
      return `  ${label} ${plainText(`${gate.name.padEnd(11)} ${gate.reason}`)}`;
    }),
    ...(runId === null ? [] : [`  run ${runId}`]),
  ];
}

/** The coverage matrix for people. */
export function coverageLines(output: Output, { cells, total, falseAlarms }: CoverageReport): string[] {
  const paint = painter(output);
  const score = total.score === null ? 'none' : `${(100 * total.score).toFixed(0)} %`;
  return [
    paint('bold', `coverage ${score} of ${total.cells} cells`),
    `  never drilled ${total.neverDrilled}, failing ${total.failing}, stale ${total.stale}, overdue ${total.overdue}, high risk pending ${total.highRiskPending}`,
    ...cells.map(({ card, target, state, risk, overdue, lastDrill, flaky }) => {
      const late = overdue > 0 ? `, overdue by ${duration(overdue)}` : '';
      const rest = `${card.padEnd(12)} ${target.padEnd(20)} risk ${risk}, last ${lastDrill ?? 'never'}${late}${flaky ? ', flaky' : ''}`;
      return `  ${paint(STYLES[state] ?? 'dim', state.padEnd(14))} ${plainText(rest)}`;
    }),
    ...falseAlarms.map((alarm) => plainText(`  false alarms ${JSON.stringify(alarm)}`)),
  ];
}
