import { ChaosError } from '@bridge/chaos-core';
import type { Dispatch, Dispatcher } from './dispatch.ts';

/** Where undici keeps the global dispatcher. Node 22 and 24 read the first for `fetch`, Node 26 the second. */
const SLOTS = ['undici.globalDispatcher.1', 'undici.globalDispatcher.2'].map((name) => Symbol.for(name));

/**
 * Puts an interceptor on top of every global dispatcher. Giving back restores the host's own dispatcher, unless
 * somebody has put another on top meanwhile: then ours stays below it and lets everything pass.
 */
export function interceptDispatchers(interceptor: (dispatch: Dispatch) => Dispatch): Disposable {
  // The bundled undici, which fills the slots, is loaded when one of its classes is first touched.
  Reflect.get(globalThis, 'Headers');
  const taken = SLOTS.flatMap((slot) => intercept(slot, interceptor));
  if (taken.length === 0) {
    throw new ChaosError(
      'CHAOS_FAULT_IMPOSSIBLE',
      `expected the dispatcher of the bundled undici in globalThis, found none in Node ${process.version}; use a proxy fault instead`,
    );
  }
  return {
    [Symbol.dispose]() {
      for (const slot of taken) slot[Symbol.dispose]();
    },
  };
}

function intercept(slot: symbol, interceptor: (dispatch: Dispatch) => Dispatch): Disposable[] {
  const before: unknown = Reflect.get(globalThis, slot);
  if (!isDispatcher(before)) return [];
  const ours = before.compose(interceptor);
  Reflect.set(globalThis, slot, ours);
  const giveBack = (): void => {
    if (Reflect.get(globalThis, slot) === ours) Reflect.set(globalThis, slot, before);
  };
  return [{ [Symbol.dispose]: giveBack }];
}

function isDispatcher(value: unknown): value is Dispatcher {
  return typeof value === 'object' && value !== null && 'compose' in value && typeof value.compose === 'function';
}
