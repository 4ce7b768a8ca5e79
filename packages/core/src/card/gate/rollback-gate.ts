import type { Report } from '../../run/report-schema.ts';
import type { Gate } from '../record.ts';
import { type DrillFacts, effectAt, evidence, seconds } from './drill-facts.ts';

type Injected = Extract<Report['faults'][number], { readonly outcome: 'injected' }>;

/** Everything was proven undone, in time, and what must be as before is as before. */
export function rollbackGate(facts: DrillFacts): Gate {
  const { card, report } = facts;
  const injected = report.faults.filter((fault): fault is Injected => fault.outcome === 'injected');
  const from = effectAt(facts);
  const proofs = facts.faults
    .filter(({ type }) => type !== 'fault:effective')
    .map(({ event, at, what }) => ({ event, at: from === null ? null : at - from, what }));
  const looks = facts.restored.map(({ probe, health }) => ({ event: null, at: null, what: `${probe} is ${health}` }));
  const { proven, leaked } = report.reversal;
  const numbers = { injected: report.reversal.injected, proven, leaked: leaked.length };
  const gate = (outcome: Gate['outcome'], reason: string): Gate => {
    return { name: 'rollback', outcome, reason, evidence: evidence([...proofs, ...looks]), numbers };
  };
  if (leaked.length > 0) return gate('failed', `not proven undone: ${leaked.join(', ')}`);
  if (injected.length === 0) return gate('not-required', 'nothing was broken');
  if (card.rollback === null) return gate('inconclusive', 'the card does not say how the rollback is proven');
  const { within } = card.rollback;
  const slow = injected.map(undoTime).find((took) => took !== null && took > within);
  if (slow !== undefined && slow !== null) {
    return gate('failed', `undoing took ${seconds(slow)}, expected within ${seconds(within)}`);
  }
  const unwell = facts.restored.find(({ health }) => health !== 'healthy');
  if (unwell === undefined) return gate('passed', `${proven} of ${proven} faults proven undone`);
  const outcome = unwell.health === 'unknown' ? 'inconclusive' : 'failed';
  return gate(outcome, `${unwell.probe} is ${unwell.health} after the rollback: ${unwell.detail ?? 'no detail'}`);
}

/** Milliseconds from the request to undo to the proof; null for a fault that nothing held. */
function undoTime({ facts: { revertingAt = null, removedAt } }: Injected): number | null {
  return revertingAt === null || removedAt === null ? null : Math.max(0, removedAt - revertingAt);
}
