import * as z from 'zod';
import type { Json } from '../json.ts';
import { onDemand } from '../on-demand.ts';

/** How to rebuild a plugin in another process. */
const recoverablePlugin = onDemand(() => {
  const options: z.ZodType<Json> = z.json();
  return z.object({
    name: z.string(),
    /** Absolute file URL of the module whose default export makes the plugin from its options. */
    module: z.string(),
    options,
  });
});

export type RecoverablePlugin = z.output<ReturnType<typeof recoverablePlugin>>;

/** Lines of JSON from the engine to its guardian. Times are relative milliseconds: clocks are never compared. */
export const engineMessage = onDemand(() =>
  z.discriminatedUnion('say', [
    z.object({
      say: z.literal('hello'),
      state: z.string(),
      engine: z.string(),
      lease: z.number().positive(),
      attempt: z.number().positive(),
      revert: z.number().positive(),
      plugins: z.array(recoverablePlugin()),
    }),
    /** The engine's event loop turns; it will speak again within `ttl`. */
    z.object({ say: z.literal('beat'), ttl: z.number().positive() }),
    /** The engine has seen that the guardian took over and has stopped its own work. */
    z.object({ say: z.literal('acknowledge'), epoch: z.int() }),
    /** The engine closes in peace. */
    z.object({ say: z.literal('bye') }),
  ]),
);

export type EngineMessage = z.output<ReturnType<typeof engineMessage>>;

/** Lines of JSON from the guardian to its engine. */
export const guardianMessage = onDemand(() =>
  z.discriminatedUnion('say', [
    z.object({
      say: z.literal('ready'),
      pid: z.int(),
      types: z.array(z.string()),
      failures: z.array(z.object({ plugin: z.string(), reason: z.string() })),
    }),
    z.object({ say: z.literal('heard') }),
    /** Heartbeats lapsed while faults were live: everything is being reverted. */
    z.object({ say: z.literal('lapsed'), epoch: z.int() }),
  ]),
);

export type GuardianMessage = z.output<ReturnType<typeof guardianMessage>>;
