import * as z from 'zod';
import { momentaryFault } from './momentary-fault.ts';

/** How long the process may take to see it, ms. */
const WITHIN = 1_000;

/**
 * `app.uncaught`: an error that nobody catches. Without a handler of the host the process ends by it, as it would by a
 * real one.
 */
export const appUncaught = momentaryFault({
  type: 'app.uncaught',
  params: z.strictObject({
    /** Thrown outside any promise, or a promise that is rejected. Default `exception`. */
    kind: z.enum(['exception', 'rejection']).default('exception'),
    message: z.string().default('injected by app.uncaught'),
  }),
  risk: 'critical',
  describe: ({ kind, message }) => `an uncaught ${kind}: ${message}`,
  async strike({ kind, message }, { clock }) {
    const error = new Error(message);
    using seen = watchFor(error);
    setImmediate(() => {
      if (kind === 'exception') throw error;
      void Promise.reject(error);
    });
    return await Promise.race([seen.seen, clock.sleep(WITHIN, { ref: false }).then(() => false)]);
  },
});

/** Sees the error on its way without catching it. */
function watchFor(error: Error): { readonly seen: Promise<boolean> } & Disposable {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const look = (thrown: unknown): void => {
    if (thrown === error) resolve(true);
  };
  process.on('uncaughtExceptionMonitor', look);
  // A listener of our own would keep the process alive; beside one of the host it changes nothing.
  if (process.listenerCount('unhandledRejection') > 0) process.on('unhandledRejection', look);
  return {
    seen: promise,
    [Symbol.dispose]() {
      process.off('uncaughtExceptionMonitor', look);
      process.off('unhandledRejection', look);
    },
  };
}
