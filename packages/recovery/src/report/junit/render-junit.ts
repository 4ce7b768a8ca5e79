import { type Report, summarize } from '@bridge/chaos-core';
import {
  breaksPromise,
  isUndone,
  marksInOrder,
  objectiveWords,
  reversalProof,
  SPANS,
  sinceStart,
  VERDICT_MEANING,
} from '../text/report-words.ts';
import { visible, visibleLines } from '../text/visible.ts';
import { element, xmlText } from './xml.ts';

type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failure' | 'error' | 'skipped'; readonly type: string; readonly message: string };

/** One thing that was checked. */
interface Case {
  readonly name: string;
  /** Milliseconds it took. */
  readonly took: number;
  readonly outcome: Outcome;
}

const PASSED: Outcome = { kind: 'passed' };
const LONGEST = 10_000;

/**
 * Reports as JUnit XML, in the form that Ant wrote first and every CI reads: a suite for each run; in it a case for the
 * verdict, two for each fault (takes effect, is undone) and one for each objective. A suite is red exactly when its run
 * did not pass: what the hypothesis denies is a `failure`; what made the experiment itself useless, or ended it, is an
 * `error`; too few checks to tell is `skipped`.
 */
export function renderJunit(reports: Report | readonly Report[]): string {
  const runs = 'format' in reports ? [reports] : reports;
  const written = runs.map((report, id) => suiteXml(suiteOf(report), id)).join('\n');
  // Ant's schema knows no attributes here, and readers count for themselves.
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', {}, `\n${written}\n`)}\n`;
}

interface Suite {
  readonly report: Report;
  readonly cases: readonly Case[];
}

function suiteOf(report: Report): Suite {
  const faults = report.faults.flatMap((fault) => faultCases(fault, report));
  const objectives = report.objectives.map((row) => objectiveCase(row, report));
  return { report, cases: [verdictCase(report), ...faults, ...objectives] };
}

function counted({ cases }: Suite, kind: Outcome['kind']): number {
  return cases.filter(({ outcome }) => outcome.kind === kind).length;
}

function verdictCase(report: Report): Case {
  const { verdict, expect, passed, duration } = report;
  const sentences = report.reasons.map((reason) => `${reason.verdict}: ${reason.sentence}`);
  const message = [`${verdict}, expected ${expect}: ${VERDICT_MEANING[verdict]}`, ...sentences].join('; ');
  const isFailure = verdict === 'failed' || verdict === 'flapping' || verdict === 'recovered' || verdict === 'leaked';
  const outcome: Outcome = passed ? PASSED : { kind: isFailure ? 'failure' : 'error', type: verdict, message };
  return { name: `the system ${expect === 'held' ? 'holds' : 'recovers'}`, took: duration, outcome };
}

function faultCases(fault: Report['faults'][number], report: Report): Case[] {
  const name = `${fault.type} on ${fault.target.name}`;
  const injected = fault.outcome === 'injected';
  const { requestedAt = null, effectiveAt = null, removedAt = null } = injected ? fault.facts : {};
  const effect = injected || fault.outcome === 'leaked' ? PASSED : withoutEffect(fault, report);
  const undo: Outcome = isUndone(fault) ? PASSED : { kind: 'failure', type: 'leaked', message: reversalProof(fault) };
  return [
    { name: `${name} takes effect`, took: span(requestedAt, effectiveAt), outcome: effect },
    { name: `${name} is undone`, took: span(effectiveAt, removedAt), outcome: undo },
  ];
}

/** A run that passed all the same is not made red by it. */
function withoutEffect(
  { outcome, message }: { readonly outcome: string; readonly message: string },
  report: Report,
): Outcome {
  return { kind: report.passed ? 'skipped' : 'error', type: outcome, message };
}

function objectiveCase(row: Report['objectives'][number], report: Report): Case {
  const { limit, seen, share } = objectiveWords(row);
  const name = `${row.probe}: ${row.metric} ${limit} ${SPANS[row.span]}`;
  const message = `${seen} of ${row.checks} checks, ${limit} expected; ${share}`;
  return { name, took: 0, outcome: objectiveOutcome(row, report, message) };
}

function objectiveOutcome(row: Report['objectives'][number], report: Report, message: string): Outcome {
  if (row.outcome === 'inconclusive') return { kind: 'skipped', type: 'inconclusive', message };
  // A limit that is broken where the experiment allows an impact is no failure of the test.
  if (row.outcome === 'fail' && !breaksPromise(row, report)) return { kind: 'skipped', type: 'impact', message };
  return row.outcome === 'fail' ? { kind: 'failure', type: 'objective-broken', message } : PASSED;
}

function suiteXml(suite: Suite, id: number): string {
  const { report, cases } = suite;
  const attributes = {
    name: visible(report.name, LONGEST) || 'unnamed',
    package: 'chaos',
    id,
    // The schema of Ant wants local time without a zone; it is UTC here.
    timestamp: report.startedAt.slice(0, 19),
    hostname: visible(report.environment.host) || 'localhost',
    tests: cases.length,
    failures: counted(suite, 'failure'),
    errors: counted(suite, 'error'),
    skipped: counted(suite, 'skipped'),
    time: inSeconds(report.duration),
  };
  const body = [
    element('properties', {}, properties(report).join('')),
    ...cases.map((one) => caseXml(one, report)),
    `<system-out>${xmlText(visibleLines([...summarize(report), ...markLines(report)].join('\n'), LONGEST))}</system-out>`,
    '<system-err></system-err>',
  ];
  return element('testsuite', attributes, `\n${body.join('\n')}\n`);
}

function caseXml({ name, took, outcome }: Case, report: Report): string {
  const classname = `chaos.${visible(report.name, LONGEST).replaceAll(/[.\s]+/g, ' ')}`;
  const attributes = { name: visible(name, LONGEST), classname, time: inSeconds(took) };
  if (outcome.kind === 'passed') return element('testcase', attributes);
  const message = visible(outcome.message, LONGEST);
  const inner =
    outcome.kind === 'skipped'
      ? element('skipped', { message: `${outcome.type}: ${message}` })
      : element(outcome.kind, { type: outcome.type, message }, xmlText(message));
  return element('testcase', attributes, inner);
}

function properties(report: Report): string[] {
  const { timings } = report;
  const values: Readonly<Record<string, string | number | null>> = {
    'chaos.run': report.id,
    'chaos.verdict': report.verdict,
    'chaos.expect': report.expect,
    'chaos.seed': report.seed,
    'chaos.actor': report.actor,
    'chaos.time_to_detect_ms': timings.timeToDetect,
    'chaos.time_to_recover_ms': timings.timeToRecover,
    'chaos.time_to_recover_at_least_ms': timings.timeToRecoverAtLeast,
    'chaos.faults_injected': report.reversal.injected,
    'chaos.faults_proven_undone': report.reversal.proven,
  };
  return Object.entries(values).flatMap(([name, value]) =>
    value === null ? [] : [element('property', { name, value: visible(String(value)) })],
  );
}

function markLines(report: Report): string[] {
  return marksInOrder(report).map(
    ({ mark, meaning, at }) => `t_${mark} ${inSeconds(sinceStart(report, at))} s: ${meaning}`,
  );
}

function span(from: number | null, to: number | null): number {
  return from === null || to === null ? 0 : Math.max(0, to - from);
}

function inSeconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}
