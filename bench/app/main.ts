import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChaosEngine } from '@bridge/chaos-core';
import { app, failpoint } from '@bridge/chaos-injectors/app';
import { bench, do_not_optimize, run, summary } from 'mitata';

/**
 * What the hooks inside a process cost while nothing is hit, beside an empty call. Differences under about 0.3 ns mean
 * "none seen". Run: node -C @bridge/source bench/app/main.ts
 */
const saveOrder = failpoint('orders.save');
for (let n = 0; n < 200; n += 1) failpoint(`other.${n}`);

let state = 1;
const work = (): number => {
  state = (state * 31 + 7) | 0;
  return state;
};
const empty = (): void => {};

summary(() => {
  bench('work()', () => do_not_optimize(work()));
  bench('empty call, then work()', () => {
    empty();
    do_not_optimize(work());
  });
  bench('if (failpoint.armed), then work()', () => {
    if (saveOrder.armed) saveOrder.hitSync();
    do_not_optimize(work());
  });
});

summary(() => {
  bench('await work()', async () => do_not_optimize(await work()));
  bench('if (failpoint.armed) await, then await work()', async () => {
    if (saveOrder.armed) await saveOrder.hit();
    do_not_optimize(await work());
  });
});

const SLOTS = ['undici.globalDispatcher.1', 'undici.globalDispatcher.2'].map((name) => Symbol.for(name));
Reflect.get(globalThis, 'Headers');

/** The slot that this Node's `fetch` reads: the last one that is filled, see dispatcher-slot.ts. */
function usedSlot(): symbol {
  const slot = SLOTS.findLast((name) => Reflect.get(globalThis, name) !== undefined);
  if (slot === undefined) throw new Error('expected a global dispatcher');
  return slot;
}

// A dispatcher that sends nothing: what remains is the way through the interceptor.
const slot = usedSlot();
const own = Reflect.get(globalThis, slot);
class Nowhere extends own.constructor {
  dispatch(): boolean {
    return true;
  }
}
const request = { origin: 'http://127.0.0.1:3000', path: '/orders/1', method: 'GET' };
const handler = {
  onRequestStart() {},
  onResponseStart() {},
  onResponseData() {},
  onResponseEnd() {},
  onResponseError() {},
};
const bare = new Nowhere();

const folder = await mkdtemp(join(tmpdir(), 'chaos-bench-'));
const engine = new ChaosEngine({
  plugins: [app()],
  armed: true,
  state: folder,
  guardian: 'none',
});
await engine.start();
const target = { app: 'self' } as const;
const effect = { kind: 'status', status: 503 } as const;
const intercepted = async (params: { scope: 'marked' | 'process'; match?: { host: string } }) => {
  Reflect.set(globalThis, slot, bare);
  const fault = await engine.inject({ type: 'app.fetch', target, params: { ...params, effect } });
  return { fault, dispatcher: Reflect.get(globalThis, slot) };
};

const marked = await intercepted({ scope: 'marked' });
const markedDispatcher = marked.dispatcher;
summary(() => {
  bench('dispatch', () => do_not_optimize(bare.dispatch(request, handler)));
  bench('dispatch under app.fetch for marked requests', () =>
    do_not_optimize(markedDispatcher.dispatch(request, handler)),
  );
});
await run({ colors: false });
await marked.fault.revert();
Reflect.set(globalThis, slot, own);
await engine.close();
await rm(folder, { recursive: true });
