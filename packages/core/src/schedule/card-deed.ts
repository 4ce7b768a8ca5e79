import type { Card } from '../card/card.ts';
import { drill } from '../card/drill.ts';
import type { DrillOptions } from '../card/drill-options.ts';
import type { ChaosEngine } from '../engine/chaos-engine.ts';
import type { Plugins } from '../experiment/input.ts';
import type { Appeal, Deed } from './deed.ts';
import { plannedDeed } from './experiment-deed.ts';

export interface CardDeedOptions extends Omit<DrillOptions, 'seed' | 'actor' | 'signal' | 'why'> {
  /** How much this card is wanted now and why, for example by its coverage. Default 1. */
  readonly appeal?: () => Appeal | Promise<Appeal>;
}

/** The drill of a card as a thing to do. Its name is `card <id> on <target>`. */
export function cardDeed<const Ps extends Plugins>(
  engine: ChaosEngine<Ps>,
  card: Card,
  { appeal, ...options }: CardDeedOptions = {},
): Deed {
  return {
    name: `card ${card.id} on ${card.target}`,
    kind: 'card',
    ...(appeal === undefined ? {} : { appeal }),
    plan: async (host, order) => plannedDeed(await host.plan(host.parse(card.experiment), order)),
    async perform(_host, { seed, actor, signal, why }) {
      const { outcome, reason, runId } = await drill(engine, card, { ...options, seed, actor, signal, why });
      return {
        outcome: outcome === 'not-run' ? 'inconclusive' : outcome,
        detail: reason,
        runs: runId === null ? [] : [runId],
      };
    },
  };
}
