import { availableParallelism } from 'node:os';
import type { Card, CardProbe, DurationInput } from '@bridge/chaos-core';
import { builtInCards, http } from '@bridge/chaos-recovery';
import { PRODUCTS_SCHEMA, type Storefront } from './system/start-storefront.ts';

/** How long a fault is held that the repair ends: never that long, where the repair works. */
const UNTIL_MENDED = '15s';
/** How long one is held that outlasts the repair. */
const HELD = '4s';

export interface StorefrontCardOptions {
  /** Whether customers are watched the whole time, with times to recover. Default true; a busy machine has no good times. */
  readonly timed?: boolean;
  /** Times that are promised. Default: generous ones, as the machine may be busy with something else. */
  readonly slo?: {
    readonly detect: DurationInput;
    readonly recover: DurationInput;
    readonly verify: DurationInput;
  };
}

const SLO = { detect: '15s', recover: '30s', verify: '20s' } as const;

/** The thirteen built-in cards for one storefront, by id. */
export function storefrontCards(
  system: Storefront,
  { timed = true, slo = SLO }: StorefrontCardOptions = {},
): Readonly<Record<keyof typeof builtInCards, Card>> {
  const { paths, shop } = system;
  if (system.proxies === null) throw new Error('expected a storefront with proxies');
  const usersOf = (path: string, schema?: typeof PRODUCTS_SCHEMA): CardProbe =>
    http({
      name: path.slice(1),
      url: `${shop}${path}`,
      every: '100ms',
      timeout: '3s',
      ...(schema === undefined ? {} : { expect: { body: { schema } } }),
    });
  const of = (target: string, users: CardProbe, controls: readonly CardProbe[] = []) => {
    // Everything of the storefront is quick, and thirteen drills are many: short times.
    const times = { target, slo, hold: UNTIL_MENDED } as const;
    if (!timed) return { ...times, baseline: '0s', steady: '0s', verification: [users] } as const;
    return { ...times, baseline: '800ms', steady: '500ms', users, controls: [...controls] } as const;
  };
  const products = usersOf('/products', PRODUCTS_SCHEMA);
  const inFront = of('front', products);
  const inWorkers = of('workers', usersOf('/checkout'), [products]);
  const inKernel = of('kernel', usersOf('/health'));
  const kernel = { ...inKernel, process: system.process('kernel') };
  const front = { process: system.process('front') };
  return {
    CE001: builtInCards.CE001.with({
      ...inWorkers,
      file: paths.packing,
      patch: { find: 'return', put: 'return return' },
    }),
    CE002: builtInCards.CE002.with({ ...inWorkers, file: paths.pricing, specifier: './discount.mjs' }),
    DEP001: builtInCards.DEP001.with({ ...inWorkers, hold: HELD, program: paths.label }),
    KH001: builtInCards.KH001.with(kernel),
    KH002: builtInCards.KH002.with({ ...kernel, ...(timed ? { steady: '2500ms' } : {}) }),
    SD001: builtInCards.SD001.with({
      ...inFront,
      // Until the front asks the store again, and is seen to have got a wrong answer.
      hold: '8s',
      proxy: system.proxies.store,
      path: '/catalogue',
      field: '/products/*/price',
      answers: 1,
    }),
    MC001: builtInCards.MC001.with({ ...inFront, file: paths.model }),
    RE001: builtInCards.RE001.with({
      ...inFront,
      target: 'shop',
      hold: HELD,
      on: front,
      cores: availableParallelism(),
    }),
    RE002: builtInCards.RE002.with({ ...inFront, hold: HELD, on: front, level: '256MiB', ramp: '3s' }),
    RE003: builtInCards.RE003.with({ ...inWorkers, queue: 'orders', messages: 300, perSecond: 400 }),
    CF001: builtInCards.CF001.with({ ...inFront, file: paths.config, set: '/currency', to: 'DM' }),
    NF001: builtInCards.NF001.with({ ...inFront, hold: HELD, proxy: system.proxies.shop, delay: '800ms' }),
    SEC001: builtInCards.SEC001.with({ ...inFront, target: 'newsletter', hold: HELD, file: paths.log }),
  };
}

/** How `resources()` reaches the storefront's queue. */
export function storefrontQueue({ queue }: Storefront) {
  return {
    http: {
      put: { url: `${queue}/messages` },
      remove: { url: `${queue}/messages/\${id}` },
      list: { url: `${queue}/messages` },
    },
  };
}
