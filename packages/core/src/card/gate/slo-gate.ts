import type { Report } from '../../run/report-schema.ts';
import type { Gate, GateEvidence, GateOutcome } from '../record.ts';
import { type DrillFacts, effectAt, evidence, seconds } from './drill-facts.ts';
import { countFrom } from './signal-gate.ts';
import { matchesSignal } from './signal-match.ts';

interface Finding {
  readonly outcome: Exclude<GateOutcome, 'not-required'>;
  readonly reason: string;
}

const UNSEEN: Finding = {
  outcome: 'inconclusive',
  reason: 'the card has neither probes nor verification steps: nothing shows that the system is back',
};

/** The system was back within its objectives, detection and recovery were in time, and every verification holds. */
export function sloGate(facts: DrillFacts): Gate {
  const { report, card, verification } = facts;
  const { timeToDetect, timeToRecover } = report;
  const back = [verdictFinding(report), ...verifications(facts)].filter((finding) => finding !== undefined);
  const shown = back.length > 0 ? back : [UNSEEN];
  const found = [...shown, recovery(facts), detection(facts)].filter((finding) => finding !== undefined);
  const worst = found.find(({ outcome }) => outcome === 'failed') ?? found.find(({ outcome }) => outcome !== 'passed');
  const looks: GateEvidence[] = verification.map(({ probe, health, looks: count }) => {
    return { event: null, at: null, what: `verification ${probe} is ${health} after ${count} looks` };
  });
  return {
    name: 'slo',
    outcome: worst?.outcome ?? 'passed',
    reason: worst?.reason ?? found.map(({ reason }) => reason).join('; '),
    evidence: evidence(looks),
    numbers: { verdict: report.verdict, timeToDetect, timeToRecover, ...card.slo },
  };
}

/** A card may rest on its verification steps alone: what has no probes has no verdict. */
function verdictFinding(report: Report): Finding | undefined {
  const { verdict, passed, reasons, aborted } = report;
  const [first] = reasons;
  const reason = first === undefined ? verdict : `${verdict}: ${first.sentence}`;
  if (passed) return { outcome: 'passed', reason };
  if (aborted?.code === 'stop-condition') return { outcome: 'failed', reason: `put back early: ${aborted.sentence}` };
  if (verdict === 'failed' || verdict === 'flapping' || verdict === 'recovered') return { outcome: 'failed', reason };
  if (verdict === 'inconclusive' && report.probes.every(({ judged }) => !judged)) return undefined;
  return { outcome: 'inconclusive', reason };
}

function recovery({ report, card }: DrillFacts): Finding | undefined {
  const { timeToRecover, timeToRecoverAtLeast } = report.timings;
  const limit = card.slo.recover;
  if (timeToRecover !== null) return inTime('recovered after', timeToRecover, limit);
  if (timeToRecoverAtLeast === null) return undefined;
  return notInTime('not recovered', timeToRecoverAtLeast, limit);
}

/** Counted from the impact; from the effect when no user was hit. Asked only when the card expects a trigger. */
function detection(facts: DrillFacts): Finding | undefined {
  const { report, card, signals } = facts;
  const from = report.marks.impact ?? effectAt(facts);
  if (card.expect.triggers.length === 0 || from === null) return undefined;
  const limit = card.slo.detect;
  const counted = countFrom(facts) ?? from;
  const first = signals.find(
    (heard) => heard.at >= counted && card.expect.triggers.some((one) => matchesSignal(heard, 'trigger', one)),
  );
  if (first !== undefined) return inTime('detected after', Math.max(0, first.at - from), limit);
  return notInTime('not detected', Math.max(0, facts.observedUntil - from), limit);
}

function inTime(what: string, took: number, limit: number): Finding {
  if (took <= limit) return { outcome: 'passed', reason: `${what} ${seconds(took)}` };
  return { outcome: 'failed', reason: `${what} ${seconds(took)}, expected within ${seconds(limit)}` };
}

function notInTime(what: string, atLeast: number, limit: number): Finding {
  const reason = `${what} in ${seconds(atLeast)}, expected within ${seconds(limit)}`;
  return { outcome: atLeast >= limit ? 'failed' : 'inconclusive', reason };
}

function verifications({ verification, card }: DrillFacts): Finding[] {
  const promise = `within ${seconds(card.slo.verify)}`;
  return verification.map(({ probe, health, detail }): Finding => {
    if (health === 'healthy') return { outcome: 'passed', reason: `${probe} verified` };
    const reason = `verification ${probe} is ${health}, expected healthy ${promise}: ${detail ?? 'no detail'}`;
    return { outcome: health === 'unknown' ? 'inconclusive' : 'failed', reason };
  });
}
