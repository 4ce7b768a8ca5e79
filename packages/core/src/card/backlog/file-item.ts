import type { Card } from '../card.ts';
import { fingerprint } from '../fingerprint.ts';
import type { DrillRecord } from '../record.ts';
import { type BacklogCause, type BacklogItem, CAUSES } from './backlog-item.ts';

/** Causes that speak of the drill, not of the system. */
const OF_EXPERIMENT: ReadonlySet<BacklogCause> = new Set(['rollback', 'effect']);

/** A new item for a drill that failed. */
export function filedItem(record: DrillRecord, card: Card, time: string): BacklogItem {
  const { card: id, target, environment, version, reason } = record;
  const cause = causeOf(record);
  return {
    // One cell and cause can have one open item only; the time tells it from closed ones of former days.
    id: `BL-${fingerprint({ id, target, environment, cause, time }).slice(0, 12)}`,
    card: id,
    target,
    environment,
    cause,
    kind: OF_EXPERIMENT.has(cause) ? 'experiment' : 'weakness',
    state: 'open',
    title: `${id} ${card.name} on ${target}: ${cause}`,
    description: description(record, card, reason),
    owner: card.owner,
    priority: card.risk,
    occurrences: 1,
    version,
    filedAt: time,
    updatedAt: time,
    drill: record.id,
    run: record.runId,
    artifacts: record.artifacts,
  };
}

/** The same item after another failed drill: what is newest of it, and more urgent. */
export function raisedItem(known: BacklogItem, fresh: BacklogItem): BacklogItem {
  const occurrences = known.occurrences + 1;
  return { ...fresh, id: known.id, filedAt: known.filedAt, occurrences, priority: fresh.priority * occurrences };
}

function causeOf({ gates, kind }: DrillRecord): BacklogCause {
  if (kind === 'null') return 'false-alarm';
  const failed = new Set<string>(gates.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name));
  return CAUSES.find((cause) => failed.has(cause)) ?? 'slo';
}

const LONGEST = 4_000;

function description({ gates }: DrillRecord, { hypothesis }: Card, reason: string): string {
  const lines = gates.map((gate) => `- ${gate.name}: ${gate.outcome}: ${gate.reason}`);
  return [`Hypothesis: ${hypothesis}`, `Failed: ${reason}`, '', ...lines].join('\n').slice(0, LONGEST).toWellFormed();
}
