import type { ExpectedSignal } from '../card.ts';
import type { HeardSignal } from '../drill-log.ts';
import type { Gate, GateEvidence, GateOutcome } from '../record.ts';
import { type DrillFacts, effectAt, evidence, requestAt, seconds } from './drill-facts.ts';
import { matchesSignal } from './signal-match.ts';

interface Finding {
  readonly outcome: GateOutcome;
  readonly reason: string;
  readonly evidence: readonly GateEvidence[];
}

/** Every expected trigger fired, or playbook ran, after the effect and in time. */
export function signalGate(facts: DrillFacts, name: 'trigger' | 'playbook'): Gate {
  const wanted = name === 'trigger' ? facts.card.expect.triggers : facts.card.expect.playbooks;
  const none = { name, evidence: [], numbers: {} };
  if (wanted.length === 0) return { ...none, outcome: 'not-required', reason: `the card expects no ${name}` };
  const from = countFrom(facts);
  if (from === null) {
    return { ...none, outcome: 'inconclusive', reason: 'there was no proven effect to count from' };
  }
  const findings = wanted.map((one) => find(facts, name, one, from));
  const worst = findings.find(isFailed) ?? findings.find(isOpen) ?? findings[0];
  return {
    name,
    outcome: worst?.outcome ?? 'inconclusive',
    reason: worst?.outcome === 'passed' ? findings.map(({ reason }) => reason).join('; ') : (worst?.reason ?? ''),
    evidence: evidence([...findings.flatMap((finding) => finding.evidence), ...others(facts, name, wanted, from)]),
    numbers: { expected: wanted.length, found: findings.filter(({ outcome }) => outcome === 'passed').length },
  };
}

const isFailed = ({ outcome }: Finding): boolean => outcome === 'failed';
const isOpen = ({ outcome }: Finding): boolean => outcome === 'inconclusive';

/** From when on signals count; null when there is no such time. */
export function countFrom(facts: Pick<DrillFacts, 'card' | 'report'>): number | null {
  const effect = effectAt(facts);
  return effect === null || facts.card.expect.countFrom === 'effect' ? effect : requestAt(facts);
}

function find(facts: DrillFacts, kind: 'trigger' | 'playbook', wanted: ExpectedSignal, from: number): Finding {
  const matching = facts.signals.filter((heard) => matchesSignal(heard, kind, wanted));
  const first = matching.find(({ at }) => at >= from);
  if (first === undefined) return missing(facts, kind, wanted, from, matching);
  const after = first.at - from;
  const shown = [{ event: first.event, at: after, what: `${kind} ${first.name}` }];
  if (after > wanted.within) {
    const reason = `${kind} ${wanted.name} came ${seconds(after)} after the effect, expected within ${seconds(wanted.within)}`;
    return { outcome: 'failed', reason, evidence: shown };
  }
  if (facts.crowded && Object.keys(wanted.where).length === 0) {
    const reason = `${kind} ${wanted.name} came, and other faults were there too: the card must say which by \`where\``;
    return { outcome: 'inconclusive', reason, evidence: shown };
  }
  return { outcome: 'passed', reason: `${kind} ${wanted.name} after ${seconds(after)}`, evidence: shown };
}

function missing(
  { observedUntil, report }: DrillFacts,
  kind: string,
  { name, within }: ExpectedSignal,
  from: number,
  matching: readonly HeardSignal[],
): Finding {
  const asked = requestAt({ report });
  const early = matching.find(({ at }) => asked !== null && at >= asked);
  if (early !== undefined) {
    const reason = `${kind} ${name} came ${seconds(from - early.at)} before the effect was proven: cannot be told from a stale one, unless the card says countFrom: 'injection'`;
    const shown = { event: early.event, at: early.at - from, what: `${kind} ${name}` };
    return { outcome: 'inconclusive', reason, evidence: [shown] };
  }
  if (observedUntil < from + within) {
    const reason = `${kind} ${name} did not come, and the drill was over ${seconds(observedUntil - from)} after the effect`;
    return { outcome: 'inconclusive', reason, evidence: [] };
  }
  const reason = `${kind} ${name} did not come within ${seconds(within)} of the effect`;
  return { outcome: 'failed', reason, evidence: [] };
}

/** What came instead or beside: a trigger of another detector is worth knowing. */
function others(
  { signals }: DrillFacts,
  kind: 'trigger' | 'playbook',
  wanted: readonly ExpectedSignal[],
  from: number,
): GateEvidence[] {
  return signals
    .filter((heard) => heard.kind === kind && heard.at >= from)
    .filter((heard) => !wanted.some((one) => matchesSignal(heard, kind, one)))
    .map(({ event, at, name }) => ({ event, at: at - from, what: `${kind} ${name}, not expected` }));
}
