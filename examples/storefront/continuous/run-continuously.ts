import { join } from 'node:path';
import {
  type Card,
  type Coverage,
  cardDeed,
  coverageOf,
  type Deed,
  drillEntries,
  monkey,
  systemClock,
} from '@bridge/chaos-core';
import { openLedger, verify } from '@bridge/chaos-ledger';
import { startHealing } from '../healing.ts';
import { storefrontCards } from '../shop-cards.ts';
import { storefrontEngine } from '../storefront-engine.ts';
import { type Storefront, startStorefront } from '../system/start-storefront.ts';
import { HeapWatch } from './heap-watch.ts';
import { startMailer } from './mailer.ts';
import { Tally } from './tally.ts';

export interface ContinuousOptions {
  /** An empty one. */
  readonly folder: string;
  /** Milliseconds until nothing new is begun. */
  readonly time: number;
  readonly seed: number;
  /** Called for every pick that has come to its end. */
  readonly onDone?: (line: string) => void;
}

export interface ContinuousResult {
  readonly tally: Tally;
  /** Faults that were alive at the end. */
  readonly left: number;
  readonly ledger: { readonly ok: boolean; readonly size: number };
  /** Drills by card: what the ledger's coverage says, and what was heard while it went on. */
  readonly coverage: readonly { readonly card: string; readonly recorded: number; readonly heard: number }[];
  readonly restarts: number;
  /** Bytes a minute that this process keeps more; NaN when the time was too short to tell. */
  readonly heapSlope: number;
}

const ENVIRONMENT = { environment: 'example', version: '1' } as const;
/** Cards whose fault, or whose detector, does not need the whole machine. */
const CARDS = ['CE002', 'DEP001', 'KH001', 'KH002', 'MC001', 'CF001', 'SEC001'] as const;

/**
 * Chaos by chance on a storefront that mends itself: a monkey that weighs cards by coverage, triggers and playbooks, a
 * watchtower, a ledger. Ends when the time is over and the last deed has come to its end.
 */
export async function runContinuously(options: ContinuousOptions): Promise<ContinuousResult> {
  const { folder, time, seed, onDone } = options;
  const directory = join(folder, 'ledger');
  await using system = await startStorefront({ folder: join(folder, 'shop'), proxies: { name: 'continuous' } });
  await using ledger = await openLedger({ directory });
  const all = storefrontCards(system);
  const cards = CARDS.map((id) => all[id]);
  await using engine = storefrontEngine(system, { state: join(folder, 'state'), ledger });
  await engine.start();
  const tally = new Tally();
  engine.on('*', (event) => tally.hear(event));
  engine.on('schedule:done', ({ data }) => {
    for (const { deed, outcome, detail } of data.outcomes) onDone?.(`${deed}: ${outcome}, ${detail}`);
  });
  await using _healing = await startHealing(system, { signals: engine });
  await using mailer = await startMailer(system.folder, engine);
  const coverage = await coverageOf(cards, ENVIRONMENT);
  using _following = coverage.watch(engine);
  using heap = new HeapWatch(Math.min(10_000, time / 12));
  const schedule = engine.schedule(
    monkey({
      enabled: true,
      seed,
      when: { every: '3s', probability: 1 },
      hold: '1s',
      things: [
        ...cards.map((card) => ({ deed: resetAfter(system, deedOf(engine, card, coverage)) })),
        { fault: { type: 'process.kill', target: { process: mailer.selector } }, name: 'mailer killed', weight: 10 },
        {
          fault: { type: 'proxy.latency', target: { proxy: 'continuous-store' }, params: { delay: '200ms' } },
          name: 'store late',
          weight: 10,
        },
      ],
    }),
  );
  await systemClock.sleep(time);
  await schedule.drain('the time is over');
  const left = engine.status().faults.length;
  const heapSlope = heap.slope;
  await engine.close();
  const recorded = await coverageOf(cards, { ...ENVIRONMENT, entries: drillEntries(ledger) });
  await ledger.close();
  const { ok, size } = await verify({ directory });
  return {
    tally,
    left,
    ledger: { ok, size },
    coverage: recorded.report().cells.map(({ card, versions }) => ({
      card,
      recorded: versions.reduce((sum, one) => sum + one.passed + one.failed + one.inconclusive, 0),
      heard: tally.drillsOf(card),
    })),
    restarts: mailer.restarts,
    heapSlope,
  };
}

function deedOf(engine: ReturnType<typeof storefrontEngine>, card: Card, coverage: Coverage): Deed {
  return cardDeed(engine, card, { ...ENVIRONMENT, appeal: () => coverage.urgency(card) });
}

/** What a repair leaves of a storefront is right, and not always what was there. */
function resetAfter(system: Storefront, deed: Deed): Deed {
  return {
    ...deed,
    async perform(host, order) {
      const result = await deed.perform(host, order);
      await system.reset();
      return result;
    },
  };
}
