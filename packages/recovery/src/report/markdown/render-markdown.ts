import type { Report } from '@bridge/chaos-core';
import {
  breaksPromise,
  effectProof,
  keyTimes,
  marksInOrder,
  objectiveWords,
  reversalProof,
  SPANS,
  sinceStart,
  VERDICT_MEANING,
} from '../text/report-words.ts';
import { duration, durationOr, moment, percent } from '../text/units.ts';
import { code, fitted, plain, table } from './markdown.ts';
import { sparkline } from './sparkline.ts';

export interface MarkdownOptions {
  /** Most bytes; sections that do not fit are left out, which is said. Default 60,000, GitHub takes 1 MiB for a step. */
  readonly limit?: number;
}

const DEFAULT_LIMIT = 60_000;
/** Most rows of one table. */
const ROWS = 50;

/** A report as GitHub Markdown, for the summary of a CI job: verdict, reasons, times, faults with proof, objectives. */
export function renderMarkdown(report: Report, options: MarkdownOptions = {}): string {
  const sections = [
    headline(report),
    reasons(report),
    times(report),
    faults(report),
    objectives(report),
    probes(report),
    provenance(report),
  ];
  return fitted(
    sections.filter((section) => section !== ''),
    options.limit ?? DEFAULT_LIMIT,
  );
}

function headline({ passed, name, verdict, expect }: Report): string {
  const outcome = passed ? '✅ PASS' : '❌ FAIL';
  return `## ${outcome}: ${plain(name)}\n\n**${verdict}** (expected ${expect}): ${VERDICT_MEANING[verdict]}.`;
}

function reasons(report: Report): string {
  return report.reasons
    .slice(0, ROWS)
    .map(({ verdict, sentence }) => `- **${verdict}**: ${plain(sentence)}`)
    .join('\n');
}

function times(report: Report): string {
  const { clean, proven, injected } = report.reversal;
  const undone = injected === 0 ? 'nothing was injected' : `${proven} of ${injected} proven undone`;
  const reversal = ['Reversal', clean ? '✅' : '❌', undone];
  const rows = keyTimes(report).map(({ name, value, note }) => [name, value, note]);
  const marks = marksInOrder(report).map(({ mark, at }) => `${mark} ${moment(sinceStart(report, at))}`);
  const line = marks.length === 0 ? '' : `\n\nMarks since the start: ${marks.map(plain).join(' → ')}`;
  return `${table(['', '', ''], [...rows, reversal])}${line}`;
}

function faults(report: Report): string {
  if (report.faults.length === 0) return '';
  const rows = report.faults
    .slice(0, ROWS)
    .map((fault) => [
      code(fault.type),
      code(fault.target.name),
      plain(effectProof(fault)),
      plain(reversalProof(fault)),
    ]);
  return `### Faults\n\n${table(['fault', 'target', 'effect', 'undone'], rows)}${more(report.faults)}`;
}

function objectives(report: Report): string {
  if (report.objectives.length === 0) return '';
  const rows = report.objectives.slice(0, ROWS).map((row) => {
    const { limit, seen, share } = objectiveWords(row);
    const sign = row.outcome === 'pass' ? '✅' : breaksPromise(row, report) ? '❌' : '➖';
    return [SPANS[row.span], code(row.probe), row.metric, seen, limit, plain(share), `${sign} ${row.outcome}`];
  });
  const head = ['when', 'probe', 'metric', 'seen', 'limit', 'share', ''];
  return `### Objectives\n\n${table(head, rows)}${more(report.objectives)}`;
}

function probes(report: Report): string {
  if (report.probes.length === 0) return '';
  const rows = report.probes.slice(0, ROWS).map((probe) => {
    const under = probe.phases.find(({ phase }) => phase === 'failure');
    const before = probe.phases.find(({ phase }) => phase === 'baseline');
    return [
      code(probe.name),
      `${durationOr(before?.p95 ?? null)} → ${durationOr(under?.p95 ?? null)}`,
      `${shareOf(before)} → ${shareOf(under)}`,
      code(sparkline(probe.seconds.map(({ p95 }) => p95))),
    ];
  });
  const head = ['probe', 'p95, baseline → failure', 'healthy', 'p95 by the second'];
  return `### Probes\n\n${table(head, rows)}${more(report.probes)}`;
}

function shareOf(counts: { readonly healthy: number; readonly degraded: number } | undefined): string {
  const counted = (counts?.healthy ?? 0) + (counts?.degraded ?? 0);
  return percent(counts === undefined || counted === 0 ? null : counts.healthy / counted);
}

function provenance(report: Report): string {
  const { id, seed, startedAt, duration: took, actor } = report;
  const by = actor === null ? '' : `, started by ${code(actor)}`;
  return `<sub>run ${code(id)}, seed ${code(String(seed))}, ${plain(startedAt)}, took ${duration(took)}${by}</sub>`;
}

function more(all: readonly unknown[]): string {
  return all.length <= ROWS ? '' : `\n\n_${all.length - ROWS} more in the JSON report._`;
}
