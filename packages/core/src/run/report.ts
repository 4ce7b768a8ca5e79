import { availableParallelism, hostname, totalmem } from 'node:os';
import type { AnyChaosEvent } from '../event/chaos-events.ts';
import type { Experiment, ValueSource } from '../experiment/experiment.ts';
import type { JsonObject } from '../json.ts';
import type { Redactor } from '../redaction/redactor.ts';
import type { Evidence } from './evidence.ts';
import { type FaultRecord, isLeaked } from './fault-record.ts';
import { summarizeHealth } from './health-summary.ts';
import type { Judgement } from './judge.ts';
import { summarizeProbes } from './probe-summary.ts';
import { REPORT_VERSION, type Report } from './report-schema.ts';
import type { RunOrder } from './run-host.ts';
import { passes } from './verdict.ts';

/** One instant on both clocks. */
export interface Instant {
  readonly monotonic: number;
  /** Milliseconds since the Unix epoch. */
  readonly wall: number;
}

export interface ReportFacts {
  readonly order: RunOrder;
  readonly started: Instant;
  readonly ended: Instant;
  readonly evidence: Evidence;
  readonly judgement: Judgement;
  /** Redacted already, as every event is. */
  readonly events: readonly AnyChaosEvent[];
  readonly eventsDropped: number;
  readonly versions: Readonly<Record<string, string>>;
}

/** What a report says that is known before the run has begun. */
export type ReportHeader = Pick<
  Report,
  | 'format'
  | 'version'
  | 'id'
  | 'name'
  | 'expect'
  | 'actor'
  | 'seed'
  | 'environment'
  | 'versions'
  | 'experiment'
  | 'secrets'
>;

export function reportHeader(order: RunOrder, versions: Report['versions'], redactor: Redactor): ReportHeader {
  const { id, experiment, actor, seed } = order;
  return {
    format: 'bridge-chaos/report',
    version: REPORT_VERSION,
    id,
    name: redactor.text(experiment.name),
    expect: experiment.expect,
    actor: actor === null ? null : redactor.text(actor),
    seed,
    environment: environment(),
    versions,
    experiment: withoutSecrets(experiment, redactor),
    secrets: secretReferences(experiment),
  };
}

/** Puts together the report. Everything that was written by people or systems passes the redactor. */
export function buildReport(facts: ReportFacts, redactor: Redactor): Report {
  const { order, started, ended, evidence, judgement } = facts;
  const { timeline, verdict } = judgement;
  return {
    ...reportHeader(order, facts.versions, redactor),
    verdict,
    passed: passes(verdict, order.experiment.expect),
    reasons: redactor.copy(judgement.reasons),
    clock: { monotonic: started.monotonic, wall: rfc3339(started.wall) },
    startedAt: rfc3339(started.wall),
    // The wall clock may jump; the duration is what really passed.
    endedAt: rfc3339(started.wall + ended.monotonic - started.monotonic),
    duration: ended.monotonic - started.monotonic,
    targets: evidence.faults.map(({ step, target }) => ({ step, target: redactor.copy(target) })),
    phases: evidence.phases,
    marks: timeline.marks,
    timings: timeline.timings,
    timeToDetect: timeline.timings.timeToDetect,
    timeToRecover: timeline.timings.timeToRecover,
    episodes: timeline.episodes,
    flaps: timeline.flaps,
    relapses: timeline.relapses,
    faults: redactor.copy(evidence.faults),
    reversal: reversal(evidence.faults),
    objectives: judgement.objectives,
    health: summarizeHealth(evidence, started.monotonic),
    probes: summarizeProbes(evidence, started.monotonic),
    signals: redactor.copy(evidence.signals),
    aborted: redactor.copy(evidence.aborted),
    problems: redactor.copy(evidence.problems),
    events: facts.events,
    eventsDropped: facts.eventsDropped,
  };
}

let known: Report['environment'] | undefined;

/** Read once: to count the processors means reading files of the control group. */
function environment(): Report['environment'] {
  const { version, platform, arch } = process;
  known ??= { node: version, platform, arch, host: hostname(), cpus: availableParallelism(), memory: totalmem() };
  return known;
}

function withoutSecrets(experiment: Experiment, redactor: Redactor): JsonObject {
  const { secrets: _, ...rest } = experiment;
  return redactor.object(rest);
}

function secretReferences({ secrets }: Experiment): Report['secrets'] {
  return Object.fromEntries(Object.entries(secrets).map(([name, source]) => [name, referenceTo(source)]));
}

function referenceTo(source: ValueSource): Report['secrets'][string] {
  switch (source.from) {
    case 'literal':
      return { from: 'literal' };
    case 'env':
      return { from: 'env', name: source.name };
    case 'file':
      return { from: 'file', path: source.path };
  }
}

function reversal(faults: readonly FaultRecord[]): Report['reversal'] {
  const leaked = faults.filter(isLeaked);
  const injected = faults.filter((fault) => fault.outcome === 'injected' || fault.outcome === 'leaked');
  return {
    clean: leaked.length === 0,
    injected: injected.length,
    proven: injected.length - leaked.length,
    leaked: leaked.map((fault) => `${fault.type} on ${fault.target.name}`),
  };
}

function rfc3339(wall: number): string {
  return new Date(wall).toISOString();
}
