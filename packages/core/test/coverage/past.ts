import { type Card, defineCard, type HistoryEntry } from '@bridge/chaos-core';

export const DAY = 24 * 60 * 60_000;
export const START = Date.parse('2026-01-01T00:00:00Z');

/** A card of this risk that needs no plugin. */
export function cardOf(
  id: string,
  risk = 2,
  more: { readonly category?: string; readonly params?: object } = {},
): Card {
  const { category = 'resource', params = {} } = more;
  return defineCard({
    id,
    name: `card ${id}`,
    category,
    hypothesis: 'it holds',
    risk,
    owner: 'platform',
    drill: {
      target: 'api',
      experiment: { faults: [{ type: 'a.fault', target: { thing: 'api' }, params: { ...params } }] },
      blastRadius: { targets: 1 },
      effect: 'injector',
      rollback: {},
    },
  });
}

export interface PastOptions {
  readonly day: number;
  readonly outcome?: 'passed' | 'failed' | 'inconclusive' | 'not-run';
  readonly covers?: boolean;
  readonly version?: string;
  readonly environment?: string;
}

/** The entry of a ledger that tells of a drill. */
export function past(card: Card, options: PastOptions): HistoryEntry {
  const { day, outcome = 'passed', covers = outcome === 'passed', version = 'v1', environment = 'test' } = options;
  const { id, name, category, fingerprint, target } = card;
  return {
    type: 'drill:finished',
    time: new Date(START + day * DAY).toISOString(),
    data: {
      drill: `drill-${day}`,
      kind: 'fault',
      card: { id, name, category, fingerprint },
      target,
      environment,
      version,
      outcome,
      covers,
      reason: 'as written',
      gates: [],
      artifacts: [],
      timeToDetect: null,
      timeToRecover: null,
    },
  };
}
