import type { Episode } from './episode.ts';
import { type Evidence, judgedProbes, samplesIn } from './evidence.ts';
import type { Findings, SpanObjective } from './judge.ts';
import { objectiveLine } from './objective-result.ts';
import type { Reason, Verdict } from './verdict.ts';

/** Most checks that could not look, as a share, for a probe to be believed. */
const MOST_BLIND = 0.05;

/** What the run says about the system. */
export function outcomeReasons(evidence: Evidence, findings: Findings): Reason[] {
  return [
    ...overall(findings),
    ...unrecovered(evidence, findings),
    ...relapses(findings),
    ...brokenObjectives(evidence, findings),
    ...flapping(findings),
    ...tooLittle(evidence, findings),
    ...lostEffects(evidence),
  ];
}

function unrecovered({ aborted, deadline }: Evidence, { timeline }: Findings): Reason[] {
  // A run that was cut off did not give the system its time.
  if (aborted !== null) return [];
  return timeline.episodes.flatMap((episode): Reason[] => {
    const { onset, recovered } = episode;
    const who = episode.probes.join(', ');
    if (recovered === null) {
      const atLeast = timeline.timings.timeToRecoverAtLeast;
      const sentence = `${who}: not recovered by the deadline`;
      return [{ verdict: 'failed', code: 'not-recovered', sentence, numbers: { onset, deadline, atLeast } }];
    }
    if (deadline === null || recovered <= deadline) return [];
    const sentence = `${who}: recovered ${seconds(recovered - deadline)} after the deadline`;
    return [{ verdict: 'failed', code: 'recovered-late', sentence, numbers: { onset, recovered, deadline } }];
  });
}

function relapses({ timeline: { relapses, episodes } }: Findings): Reason[] {
  if (relapses === 0) return [];
  const sentence = `users were hit again ${relapses} time(s) after a confirmed recovery`;
  return [{ verdict: 'failed', code: 'relapse', sentence, numbers: { relapses, episodes: episodes.length } }];
}

function brokenObjectives({ experiment }: Evidence, { objectives }: Findings): Reason[] {
  return objectives.flatMap((result): Reason[] => {
    if (result.outcome === 'pass' || result.span === 'baseline') return [];
    if (result.outcome === 'fail' && result.span === 'after') {
      return [objectiveReason('failed', 'objective-broken-after', 'after the recovery', result)];
    }
    if (result.span !== 'fault') return [];
    const during = 'while the fault was there';
    if (result.outcome === 'inconclusive') {
      return experiment.expect === 'held'
        ? [objectiveReason('inconclusive', 'objective-undecided', during, result)]
        : [];
    }
    const verdict = experiment.expect === 'held' ? 'failed' : 'recovered';
    return [objectiveReason(verdict, 'objective-broken', during, result)];
  });
}

function objectiveReason(verdict: Verdict, code: string, when: string, result: SpanObjective): Reason {
  const { span, probe, metric, limit, observed, checks, interval, needed } = result;
  const numbers = { span, probe, metric, limit, observed, checks, low: interval.low, high: interval.high, needed };
  return { verdict, code, sentence: `${when}: ${objectiveLine(result)}`, numbers };
}

function flapping({ timeline: { flaps }, limits }: Findings): Reason[] {
  if (flaps < limits.flaps) return [];
  const sentence = `${flaps} false recoveries in one episode`;
  return [{ verdict: 'flapping', code: 'flapping', sentence, numbers: { flaps, limit: limits.flaps } }];
}

function tooLittle(evidence: Evidence, { timeline, limits }: Findings): Reason[] {
  const inconclusive = (code: string, sentence: string, numbers: Reason['numbers'] = {}): Reason => ({
    verdict: 'inconclusive',
    code,
    sentence,
    numbers,
  });
  const request = timeline.marks.request;
  if (request === null) return [inconclusive('nothing-injected', 'no fault was injected')];
  const judged = judgedProbes(evidence.experiment);
  if (judged.length === 0) return [inconclusive('no-probes', 'no probe looked at the system')];
  const after = Map.groupBy(samplesIn(evidence.samples, { from: request, to: Infinity }), (sample) => sample.probe);
  return judged.flatMap((probe) => {
    const samples = after.get(probe) ?? [];
    const blind = samples.filter(({ health }) => health === 'unknown').length;
    const numbers = { probe, checks: samples.length, unknown: blind, needed: limits.window.n };
    if (samples.length < limits.window.n) {
      const sentence = `${probe}: ${samples.length} checks since the fault, ${limits.window.n} are needed`;
      return [inconclusive('too-few-checks', sentence, numbers)];
    }
    if (blind <= samples.length * MOST_BLIND) return [];
    return [inconclusive('probe-blind', `${probe}: ${blind} of ${samples.length} checks could not look`, numbers)];
  });
}

/** That the system held is only shown for as long as the fault was there. */
function lostEffects({ faults, experiment, aborted }: Evidence): Reason[] {
  if (aborted !== null || experiment.expect !== 'held') return [];
  return faults.flatMap((fault, index): Reason[] => {
    if (fault.outcome !== 'injected' || !('cause' in fault.state) || fault.state.cause !== 'effect-lost') return [];
    const { type, target, step, facts } = fault;
    const again = faults.slice(index + 1).some((later) => later.step === step && later.target.name === target.name);
    if (again) return [];
    const sentence = `${type} on ${target.name} ended by itself, for example since the target restarted (onRestart: 'reapply')`;
    const numbers = { effectiveAt: facts.effectiveAt, removedAt: facts.removedAt };
    return [{ verdict: 'inconclusive', code: 'effect-lost', sentence, numbers }];
  });
}

/** The mildest verdict that is still true; every other reason can only make it worse. */
function overall({ timeline: { episodes, timings, marks } }: Findings): Reason[] {
  if (marks.request === null) return [];
  if (episodes.length === 0) {
    return [{ verdict: 'held', code: 'no-impact', sentence: 'no impact was seen on any probe', numbers: {} }];
  }
  const { timeToDetect, timeToRecover, healAfterRemoval } = timings;
  const who = probesOf(episodes);
  const sentence =
    timeToRecover === null ? `${who}: users were hit` : `${who}: users were hit for ${seconds(timeToRecover)}`;
  const numbers = { impact: marks.impact, timeToDetect, timeToRecover, healAfterRemoval };
  return [{ verdict: 'recovered', code: 'impact', sentence, numbers }];
}

function probesOf(episodes: readonly Episode[]): string {
  return [...new Set(episodes.flatMap((episode) => episode.probes))].join(', ');
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
