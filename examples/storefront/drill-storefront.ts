import { join } from 'node:path';
import { type Card, type DrillRecord, drill } from '@bridge/chaos-core';
import { type HealingOptions, startHealing } from './healing.ts';
import { type StorefrontCardOptions, storefrontCards } from './shop-cards.ts';
import { storefrontEngine } from './storefront-engine.ts';
import { type Storefront, startStorefront } from './system/start-storefront.ts';

export interface DrillRoundOptions extends Pick<HealingOptions, 'choose'>, StorefrontCardOptions {
  /** For the storefront's files and the engine's state. */
  readonly folder: string;
  /** Begins the names of its fault proxies. Two at a time in one process need different ones. Default `storefront`. */
  readonly name?: string;
  /** Which cards are drilled. Default: all. */
  readonly cards?: (card: Card) => boolean;
  /** Called when the storefront is up, and nothing was broken yet. */
  readonly onStarted?: (system: Storefront) => Promise<void> | void;
  /** Called after each drill, when all is as before. */
  readonly onDrilled?: (record: DrillRecord, system: Storefront) => Promise<void> | void;
  readonly signal?: AbortSignal;
}

/** Starts a storefront with its own repair, and drills it with one card after the other. */
export async function drillStorefront(options: DrillRoundOptions): Promise<readonly DrillRecord[]> {
  const { folder, name = 'storefront', cards = () => true, onStarted, onDrilled, signal } = options;
  await using system = await startStorefront({ folder: join(folder, 'shop'), proxies: { name } });
  await using engine = storefrontEngine(system, { state: join(folder, 'state') });
  await engine.start();
  await using _healing = await startHealing(system, { ...options, signals: engine });
  await onStarted?.(system);
  const records: DrillRecord[] = [];
  for (const card of Object.values(storefrontCards(system, options)).filter(cards)) {
    const record = await drill(engine, card, { version: '1', ...(signal === undefined ? {} : { signal }) });
    await system.reset();
    records.push(record);
    await onDrilled?.(record, system);
    signal?.throwIfAborted();
  }
  return records;
}
