import type { Gate } from '../record.ts';
import { type DrillFacts, effectAt, evidence, removedAt } from './drill-facts.ts';

/** Every fault was proven in effect, and, where the card names a probe, that probe turned degraded. */
export function effectGate(facts: DrillFacts): Gate {
  const { card, report } = facts;
  const from = effectAt(facts);
  const unproven = report.faults.filter((fault) => fault.outcome !== 'injected');
  const proofs = facts.faults
    .filter(({ type }) => type === 'fault:effective')
    .map(({ event, at, what }) => ({ event, at: from === null ? null : at - from, what }));
  const numbers = { faults: report.faults.length, proven: report.faults.length - unproven.length };
  const gate = (outcome: Gate['outcome'], reason: string, more: Gate['evidence'] = []): Gate => {
    return { name: 'effect', outcome, reason, evidence: evidence([...more, ...proofs]), numbers };
  };
  const [first] = unproven;
  if (first !== undefined) {
    const outcome = first.outcome === 'refused' ? 'inconclusive' : 'failed';
    return gate(outcome, `${first.type} on ${first.target.name} was not proven in effect: ${first.message}`);
  }
  if (from === null) return gate('inconclusive', 'no fault was injected');
  if (card.effect === null) return gate('inconclusive', 'the card names no proof of the effect');
  if (card.effect.by === 'injector') return gate('passed', 'every fault was seen in effect from outside');
  return probeGate(facts, card.effect.probe, from, gate);
}

type Answer = (outcome: Gate['outcome'], reason: string, more?: Gate['evidence']) => Gate;

function probeGate(facts: DrillFacts, probe: string, from: number, gate: Answer): Gate {
  const { probes, report } = facts;
  const failure = report.probes.find(({ name }) => name === probe)?.phases.find(({ phase }) => phase === 'failure');
  const turned = probes.find((heard) => heard.probe === probe && heard.health === 'degraded' && heard.at >= from);
  // Telling that a probe has turned takes until its sample is in; what it saw lies before, as the counts of the phase show.
  if (turned !== undefined && (turned.at <= removedAt(facts) || (failure?.degraded ?? 0) > 0)) {
    const proof = { event: turned.event, at: turned.at - from, what: `${probe} turned degraded` };
    return gate('passed', `${probe} turned degraded ${Math.round(turned.at - from)} ms after the effect`, [proof]);
  }
  if (failure === undefined || failure.checks === failure.unknown) {
    return gate('inconclusive', `${probe} could not look while the fault was there`);
  }
  return gate('failed', `${probe} stayed healthy in all of ${failure.checks} checks while the fault was there`);
}
