import { type Evidence, phaseSpan, type Span, samplesIn } from './evidence.ts';
import type { FaultRecord } from './fault-record.ts';
import { findEpisodes, incidentRule } from './impact.ts';
import { type ImpactWindow, INCIDENT_RULE } from './incident.ts';
import { judgeObjective, type ObjectiveResult } from './objective-result.ts';
import { outcomeReasons } from './outcome-rules.ts';
import { type FaultTimes, type Timeline, timeline } from './timeline.ts';
import { validityReasons } from './validity-rules.ts';
import { type Reason, type Verdict, verdictOf, worstFirst } from './verdict.ts';

/** The spans on which objectives are judged: before, while a fault was in effect, and after the recovery. */
export type JudgedSpan = 'baseline' | 'fault' | 'after';

export interface SpanObjective extends ObjectiveResult {
  readonly span: JudgedSpan;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** Worst first; at least one. */
  readonly reasons: readonly Reason[];
  readonly timeline: Timeline;
  readonly objectives: readonly SpanObjective[];
}

/** Turns evidence into a verdict. Pure: looks at nothing but the evidence. */
export interface Judge {
  /** What counts as an impact; a run waits for the recovery by the same rule. */
  readonly window: ImpactWindow;
  judge(evidence: Evidence): Judgement | Promise<Judgement>;
}

export interface JudgeOptions {
  /** What counts as an impact. Default 3 failures of the last 20 checks. */
  readonly window?: ImpactWindow;
  /** Least share of planned checks that must have been sent. Default 0.95. */
  readonly leastRate?: number;
  /** Most checks that may have been shed, as a share. Default 0.01. */
  readonly mostShed?: number;
  /** Most lag (p99) as a share of the probe's interval, default 0.1; lag up to `lagFloor` ms (25) is always fine. */
  readonly mostLag?: number;
  readonly lagFloor?: number;
  /** So many false recoveries make a run `flapping`. Default 3. */
  readonly flaps?: number;
}

/** What the rules look at beside the evidence. */
export interface Findings {
  readonly timeline: Timeline;
  readonly objectives: readonly SpanObjective[];
  /** Episodes that began before anything was injected. */
  readonly brokenBefore: number;
  readonly limits: Required<JudgeOptions>;
}

const DEFAULTS: Required<JudgeOptions> = {
  window: INCIDENT_RULE,
  leastRate: 0.95,
  mostShed: 0.01,
  mostLag: 0.1,
  lagFloor: 25,
  flaps: 3,
};

/**
 * Judges by validity (was the fault there, can the samples be believed), absolute objectives and recovery time.
 * Comparing distributions with the baseline is left to richer judges.
 */
export function coreJudge(options: JudgeOptions = {}): Judge {
  const limits = { ...DEFAULTS, ...options };
  return {
    window: limits.window,
    judge(evidence) {
      const findings = find(evidence, limits);
      const reasons = worstFirst([...validityReasons(evidence, findings), ...outcomeReasons(evidence, findings)]);
      const { timeline, objectives } = findings;
      return { verdict: verdictOf(reasons), reasons, timeline, objectives };
    },
  };
}

function find(evidence: Evidence, limits: Required<JudgeOptions>): Findings {
  const { experiment, samples } = evidence;
  const rule = incidentRule(experiment, limits.window);
  const times = evidence.faults.map(faultTimes);
  const from = Math.min(...times.map((fault) => fault.requestedAt ?? Infinity));
  const baseline = phaseSpan(evidence, 'baseline');
  const line = timeline({
    episodes: findEpisodes(experiment, samplesIn(samples, { from, to: Infinity }), rule),
    faults: times,
    signals: evidence.signals,
    observedUntil: Math.min(evidence.deadline ?? Infinity, lastIntended(evidence)),
  });
  return {
    timeline: line,
    objectives: judgeSpans(evidence, line, times),
    brokenBefore: baseline ? findEpisodes(experiment, samplesIn(samples, baseline), rule).length : 0,
    limits,
  };
}

function faultTimes(record: FaultRecord): FaultTimes {
  if (record.outcome === 'injected') return { momentary: record.momentary, ...record.facts };
  // A refused fault was never asked of the injector.
  const requestedAt = record.outcome === 'refused' ? null : record.requestedAt;
  return { momentary: false, requestedAt, acknowledgedAt: null, effectiveAt: null, removedAt: null };
}

function lastIntended({ samples }: Evidence): number {
  return samples.reduce((last, sample) => Math.max(last, sample.intended), -Infinity);
}

function judgeSpans(evidence: Evidence, line: Timeline, faults: readonly FaultTimes[]): SpanObjective[] {
  const spans: [JudgedSpan, Span | undefined][] = [
    ['baseline', phaseSpan(evidence, 'baseline')],
    ['fault', faultSpan(faults)],
    ['after', afterSpan(line, faults)],
  ];
  return spans.flatMap(([span, bounds]) => {
    if (bounds === undefined || bounds.to <= bounds.from) return [];
    const samples = samplesIn(evidence.samples, bounds);
    return evidence.experiment.steadyState.objectives.flatMap((objective) =>
      judgeObjective(objective, samples).map((result) => ({ span, ...result })),
    );
  });
}

/** From the first effect to the last removal; what a momentary fault did lasts until the end. */
function faultSpan(faults: readonly FaultTimes[]): Span | undefined {
  const effects = faults.map((fault) => fault.effectiveAt).filter((at) => at !== null);
  if (effects.length === 0) return undefined;
  const removals = faults.filter((fault) => fault.effectiveAt !== null).map((fault) => fault.removedAt ?? Infinity);
  return { from: Math.min(...effects), to: Math.max(...removals) };
}

/** From the recovery on, or from the removal when nothing had to recover. */
function afterSpan(line: Timeline, faults: readonly FaultTimes[]): Span | undefined {
  if (line.episodes.some((episode) => episode.recovered === null)) return undefined;
  const recovered = line.episodes.map((episode) => episode.recovered ?? Infinity);
  const removed = faults.map((fault) => fault.removedAt).filter((at) => at !== null);
  const from = Math.max(-Infinity, ...recovered, ...removed);
  return from === -Infinity ? undefined : { from, to: Infinity };
}
