import { type Evidence, judgedProbes } from './evidence.ts';
import { isLeaked } from './fault-record.ts';
import type { Findings } from './judge.ts';
import { objectiveLine } from './objective-result.ts';
import type { ProbeSampling } from './sampler.ts';
import type { Reason } from './verdict.ts';

/** Whether the run says anything at all about the system. */
export function validityReasons(evidence: Evidence, findings: Findings): Reason[] {
  return [
    ...leaks(evidence),
    ...rejections(evidence),
    ...problems(evidence),
    ...brokenBaseline(findings),
    ...samplerFaults(evidence, findings),
    ...abortion(evidence),
  ];
}

function leaks({ faults }: Evidence): Reason[] {
  return faults.filter(isLeaked).map((fault) => ({
    verdict: 'leaked',
    code: 'fault-leaked',
    sentence: `${fault.type} on ${fault.target.name} could not be proven undone`,
    numbers: { fault: fault.outcome === 'injected' ? fault.id : null, target: fault.target.id },
  }));
}

function rejections({ faults, aborted }: Evidence): Reason[] {
  return faults.flatMap((fault): Reason[] => {
    // An injection that was cut off by the abort says nothing about the experiment.
    if (aborted !== null || (fault.outcome !== 'failed' && fault.outcome !== 'refused')) return [];
    const numbers = { code: fault.code, target: fault.target.id };
    const sentence = `${fault.type} on ${fault.target.name}: ${fault.message}`;
    if (fault.outcome === 'refused') return [{ verdict: 'aborted', code: 'fault-refused', sentence, numbers }];
    const code = fault.code === 'CHAOS_FAULT_INERT' ? 'effect-not-proven' : 'fault-failed';
    return [{ verdict: 'invalid', code, sentence, numbers }];
  });
}

function problems({ problems }: Evidence): Reason[] {
  return problems.map(({ code, message }) => ({ verdict: 'invalid', code, sentence: message, numbers: {} }));
}

function brokenBaseline({ brokenBefore, objectives }: Findings): Reason[] {
  const broken = objectives.filter(({ span, outcome }) => span === 'baseline' && outcome === 'fail');
  const reasons = broken.map((result): Reason => {
    const { probe, metric, limit, observed, checks } = result;
    const sentence = `the system was not in its steady state before the fault: ${objectiveLine(result)}`;
    return {
      verdict: 'invalid',
      code: 'baseline-broken',
      sentence,
      numbers: { probe, metric, limit, observed, checks },
    };
  });
  if (reasons.length > 0 || brokenBefore === 0) return reasons;
  const sentence = 'the system was not in its steady state before the fault: checks failed in the baseline';
  return [{ verdict: 'invalid', code: 'baseline-broken', sentence, numbers: { episodes: brokenBefore } }];
}

function samplerFaults(evidence: Evidence, findings: Findings): Reason[] {
  const judged = new Set(judgedProbes(evidence.experiment));
  const received = Map.groupBy(evidence.samples, (sample) => sample.probe);
  // Lag makes latency look worse, never better: it only spoils a run in which something looked bad.
  const looksBad =
    findings.timeline.episodes.length > 0 || findings.objectives.some(({ outcome }) => outcome === 'fail');
  return (evidence.sampler?.probes ?? [])
    .filter(({ probe }) => judged.has(probe))
    .flatMap((probe) => [
      ...unfaithful(probe, findings.limits),
      ...(looksBad ? late(probe, findings.limits) : []),
      ...lost(probe, received.get(probe.probe)?.length ?? 0),
    ]);
}

function unfaithful({ probe, planned, sent, rate, shed }: ProbeSampling, limits: Findings['limits']): Reason[] {
  const numbers = { probe, planned, sent, rate, shed };
  if (shed > planned * limits.mostShed) {
    const sentence = `${probe}: the sampler shed ${shed} of ${planned} checks because too many were in flight`;
    return [{ verdict: 'invalid', code: 'sampler-shed', sentence, numbers }];
  }
  if (rate >= limits.leastRate) return [];
  const sentence = `${probe}: the sampler sent only ${sent} of ${planned} planned checks`;
  return [{ verdict: 'invalid', code: 'sampler-slow', sentence, numbers }];
}

function late({ probe, every, lagP99 }: ProbeSampling, limits: Findings['limits']): Reason[] {
  const most = Math.max(every * limits.mostLag, limits.lagFloor);
  if (lagP99 === null || lagP99 <= most) return [];
  const sentence = `${probe}: checks were sent up to ${Math.round(lagP99)} ms late (p99), limit ${Math.round(most)} ms`;
  return [{ verdict: 'invalid', code: 'sampler-late', sentence, numbers: { probe, lagP99, limit: most } }];
}

function lost({ probe, planned }: ProbeSampling, received: number): Reason[] {
  if (received >= planned) return [];
  const sentence = `${probe}: ${planned - received} of ${planned} samples were lost`;
  return [{ verdict: 'invalid', code: 'samples-lost', sentence, numbers: { probe, planned, received } }];
}

function abortion({ aborted }: Evidence): Reason[] {
  if (aborted === null) return [];
  const { code, sentence, numbers } = aborted;
  return [{ verdict: 'aborted', code: `aborted-${code}`, sentence, numbers }];
}
