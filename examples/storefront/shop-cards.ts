import { availableParallelism } from 'node:os';
import type { Card, CardProbe } from '@bridge/chaos-core';
import { builtInCards, http } from '@bridge/chaos-recovery';
import { PRODUCTS_SCHEMA, type Storefront } from './system/start-storefront.ts';

/** Short times: everything of the storefront is quick, and thirteen drills are many. */
const TIMES = {
  baseline: '800ms',
  steady: '500ms',
  slo: { detect: '15s', recover: '30s', verify: '20s' },
} as const;

/** The thirteen built-in cards for one storefront, by id. */
export function storefrontCards(system: Storefront): Readonly<Record<keyof typeof builtInCards, Card>> {
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
  const inFront = { ...TIMES, target: 'front', users: usersOf('/products', PRODUCTS_SCHEMA) };
  const inWorkers = { ...TIMES, target: 'workers', users: usersOf('/checkout'), controls: [usersOf('/products')] };
  const inKernel = { ...TIMES, target: 'kernel', users: usersOf('/health') };
  const kernel = { ...inKernel, process: system.process('kernel') };
  const front = { process: system.process('front') };
  return {
    CE001: builtInCards.CE001.with({
      ...inWorkers,
      hold: '5s',
      file: paths.packing,
      patch: { find: 'return', put: 'return return' },
    }),
    CE002: builtInCards.CE002.with({ ...inWorkers, hold: '5s', file: paths.pricing, specifier: './discount.mjs' }),
    DEP001: builtInCards.DEP001.with({ ...inWorkers, hold: '2s', program: paths.label }),
    KH001: builtInCards.KH001.with({ ...kernel, hold: '5s' }),
    KH002: builtInCards.KH002.with(kernel),
    SD001: builtInCards.SD001.with({
      ...inFront,
      hold: '5s',
      proxy: system.proxies.store,
      path: '/catalogue',
      field: '/products/*/price',
      answers: 1,
    }),
    MC001: builtInCards.MC001.with({ ...inFront, hold: '2s', file: paths.model }),
    RE001: builtInCards.RE001.with({
      ...inFront,
      target: 'shop',
      hold: '3s',
      on: front,
      cores: availableParallelism(),
    }),
    RE002: builtInCards.RE002.with({ ...inFront, hold: '4s', on: front, level: '256MiB', ramp: '3s' }),
    RE003: builtInCards.RE003.with({ ...inWorkers, hold: '6s', queue: 'orders', messages: 300, perSecond: 400 }),
    CF001: builtInCards.CF001.with({ ...inFront, hold: '2s', file: paths.config, set: '/currency', to: 'DM' }),
    NF001: builtInCards.NF001.with({ ...inFront, hold: '3s', proxy: system.proxies.shop, delay: '800ms' }),
    SEC001: builtInCards.SEC001.with({ ...inFront, target: 'newsletter', hold: '2s', file: paths.log }),
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
