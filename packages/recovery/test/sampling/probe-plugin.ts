import { connect } from 'node:net';
import { threadId } from 'node:worker_threads';
import { ChaosError, definePlugin, defineProbe } from '@bridge/chaos-core';
import * as z from 'zod';

/** A plugin as a third party would write it. */
export default function plugin({ prefix }: { readonly prefix: string }) {
  return definePlugin({
    name: 'test',
    module: import.meta.url,
    options: { prefix },
    targets: [],
    faults: [],
    probes: [
      defineProbe({
        type: 'thread-id',
        options: z.object({ suffix: z.string().default('') }),
        open: async ({ suffix }) => ({
          check: async () => ({ health: 'healthy', value: `${prefix}${threadId}${suffix}` }),
          close: async () => {},
        }),
      }),
      defineProbe({
        type: 'broken',
        options: z.object({}),
        async open() {
          throw new ChaosError('CHAOS_PROBE_INVALID', 'no door', { details: { path: 'door' } });
        },
      }),
      defineProbe({
        type: 'crash',
        options: z.object({ port: z.number() }),
        async open({ port }) {
          // Whoever listens sees the thread end.
          const socket = connect(port, '127.0.0.1');
          let left = 5;
          return {
            async check() {
              left -= 1;
              // Outside of any promise: nothing in the thread can catch it.
              if (left === 0) setImmediate(() => process.exit(1));
              return { health: 'healthy' };
            },
            close: async () => void socket.destroy(),
          };
        },
      }),
    ],
  });
}
