import type { EngineParts } from '../engine/engine-parts.ts';
import { freshId } from '../random.ts';
import type { Card } from './card.ts';
import type { DrillReference } from './drill-events.ts';
import type { DrillOptions } from './drill-options.ts';

/** One drill that was asked for: where it is recorded, and when it began. */
export interface DrillOrder {
  readonly card: Card;
  readonly reference: DrillReference;
  readonly options: DrillOptions;
  /** RFC 3339. */
  readonly startedAt: string;
}

/** Gives a drill its id and says that it started. */
export function orderDrill(
  { clock, hub, environment }: EngineParts,
  card: Card,
  kind: DrillReference['kind'],
  options: DrillOptions,
): DrillOrder {
  const { id, name, category, fingerprint, target } = card;
  const reference = {
    drill: freshId('drill'),
    kind,
    card: { id, name, category, fingerprint },
    target,
    environment: options.environment ?? environment ?? 'unnamed',
    version: options.version ?? 'unversioned',
  };
  hub.emit('drill:started', { ...reference, why: options.why ?? null, actor: options.actor ?? null });
  return { card, reference, options, startedAt: new Date(clock.wall()).toISOString() };
}
