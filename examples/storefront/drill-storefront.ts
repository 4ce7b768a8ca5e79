import { join } from 'node:path';
import { type Card, ChaosEngine, coreJudge, type DrillRecord, drill } from '@bridge/chaos-core';
import { files, processes, proxies, resources } from '@bridge/chaos-injectors';
import { recovery } from '@bridge/chaos-recovery';
import { type HealingOptions, startHealing } from './healing.ts';
import { storefrontCards, storefrontQueue } from './shop-cards.ts';
import { type Storefront, startStorefront } from './system/start-storefront.ts';

export interface DrillRoundOptions extends Pick<HealingOptions, 'choose'> {
  /** For the storefront's files and the engine's state. */
  readonly folder: string;
  /** Which cards are drilled. Default: all. */
  readonly cards?: (card: Card) => boolean;
  /** Called after each drill, when all is as before. */
  readonly onDrilled?: (record: DrillRecord, system: Storefront) => Promise<void> | void;
  readonly signal?: AbortSignal;
}

/** Starts a storefront with its own repair, and drills it with one card after the other. */
export async function drillStorefront(options: DrillRoundOptions): Promise<readonly DrillRecord[]> {
  const { folder, cards = () => true, onDrilled, signal } = options;
  await using system = await startStorefront({ folder: join(folder, 'shop') });
  await using engine = engineFor(system, join(folder, 'state'));
  await engine.start();
  await using _healing = await startHealing(system, { ...options, signals: engine });
  const records: DrillRecord[] = [];
  for (const card of Object.values(storefrontCards(system)).filter(cards)) {
    const record = await drill(engine, card, { version: '1', ...(signal === undefined ? {} : { signal }) });
    await system.reset();
    records.push(record);
    await onDrilled?.(record, system);
    signal?.throwIfAborted();
  }
  return records;
}

function engineFor(system: Storefront, state: string) {
  const registry = system.proxies?.registry;
  return new ChaosEngine({
    plugins: [
      files({ roots: [system.folder] }),
      processes(),
      resources({ queues: { orders: storefrontQueue(system) } }),
      proxies(registry === undefined ? {} : { registry }),
      recovery(),
    ],
    // What is drilled here is the repair; how exactly the machine could be timed meanwhile does not matter.
    judge: coreJudge({ lagFloor: 10_000, leastRate: 0.1, mostShed: 0.9 }),
    state,
    armed: true,
    environment: 'example',
  });
}
