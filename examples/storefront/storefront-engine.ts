import { ChaosEngine, coreJudge, type Ledger } from '@bridge/chaos-core';
import { files, processes, proxies, resources } from '@bridge/chaos-injectors';
import { recovery } from '@bridge/chaos-recovery';
import { storefrontQueue } from './shop-cards.ts';
import type { Storefront } from './system/start-storefront.ts';

export interface StorefrontEngineOptions {
  /** Folder. */
  readonly state: string;
  readonly ledger?: Ledger;
}

/** An engine with everything that is broken here, tuned for short drills. */
export function storefrontEngine(system: Storefront, { state, ledger }: StorefrontEngineOptions) {
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
    // A quarter of it is how soon a fault is seen to be mended.
    lease: '4s',
    state,
    ...(ledger === undefined ? {} : { ledger }),
    armed: true,
    environment: 'example',
  });
}
