import type { Gate } from '../record.ts';
import { type DrillFacts, evidence, seconds } from './drill-facts.ts';
import { countFrom } from './signal-gate.ts';
import { matchesSignal } from './signal-match.ts';

/** Exactly so many tasks were created after the effect as the card expects. */
export function taskGate(facts: DrillFacts): Gate {
  const { tasks } = facts.card.expect;
  const name = 'task';
  if (tasks === null) {
    return { name, outcome: 'not-required', reason: 'the card expects no task', evidence: [], numbers: {} };
  }
  const from = countFrom(facts);
  if (from === null) {
    const reason = 'there was no proven effect to count from';
    return { name, outcome: 'inconclusive', reason, evidence: [], numbers: { expected: tasks.count } };
  }
  const until = from + tasks.within;
  const created = facts.signals.filter(({ at }) => at >= from).filter((one) => matchesSignal(one, 'task', tasks));
  const inTime = created.filter(({ at }) => at <= until);
  const shown = evidence(created.map(({ event, at, name: what }) => ({ event, at: at - from, what: `task ${what}` })));
  const numbers = { expected: tasks.count, created: created.length, inTime: inTime.length };
  const gate = (outcome: Gate['outcome'], reason: string): Gate => ({
    name,
    outcome,
    reason,
    evidence: shown,
    numbers,
  });
  const counted = `${created.length} of ${tasks.count} expected tasks`;
  if (created.length > tasks.count) return judgedCrowd(facts, gate, `${counted} were created: too many`);
  if (inTime.length === tasks.count) return judgedCrowd(facts, gate, `${counted} were created`, 'passed');
  if (facts.observedUntil < until) {
    return gate('inconclusive', `${counted} were created, and the drill was over before the time for them`);
  }
  return gate(
    'failed',
    `${inTime.length} of ${tasks.count} expected tasks were created within ${seconds(tasks.within)}`,
  );
}

function judgedCrowd(
  { card, crowded }: DrillFacts,
  gate: (outcome: Gate['outcome'], reason: string) => Gate,
  reason: string,
  outcome: Gate['outcome'] = 'failed',
): Gate {
  const isTold = Object.keys(card.expect.tasks?.where ?? {}).length > 0;
  if (!crowded || isTold) return gate(outcome, reason);
  return gate('inconclusive', `${reason}; other faults were there too: the card must say which by \`where\``);
}
