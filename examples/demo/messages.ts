import { type AnyChaosEvent, reportSchema } from '@bridge/chaos-core';
import * as z from 'zod';

/** What the demo's processes say to each other, over the channel that `fork` gives them. */

/** A server listens. */
export const ready = z.object({ port: z.number() });

const signal = z.object({ kind: z.enum(['trigger', 'playbook', 'task']), name: z.string() });
/** What the supervisor noticed or did. */
export type Signal = z.output<typeof signal>;

/** Demo to supervisor. */
export const watchOrder = z.object({ name: z.string(), url: z.string() });
export type WatchOrder = z.output<typeof watchOrder>;

/** Supervisor to demo: something noticed, or a back end that is up. */
export const fromSupervisor = z.union([z.object({ signal }), ready.extend({ back: z.number() })]);

/** Demo to engine. */
export const toEngine = z.object({ signal });

/** Where the engine finds what it breaks; its command line, as JSON. */
export const engineSettings = z.object({
  state: z.string(),
  registry: z.string(),
  ledger: z.string(),
  reports: z.string(),
  shop: z.string(),
  price: z.string().nullable(),
  supervisor: z.number(),
  container: z.string().nullable(),
});
export type EngineSettings = z.output<typeof engineSettings>;

const event = z.custom<AnyChaosEvent>((value) => typeof value === 'object' && value !== null && 'type' in value);

/** Engine to demo. */
export const fromEngine = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('event'), event }),
  z.object({
    kind: z.literal('chapter'),
    number: z.number(),
    of: z.number(),
    title: z.string(),
    /** Fault type to how long it is held, ms. */
    holds: z.record(z.string(), z.number()),
  }),
  z.object({ kind: z.literal('report'), report: reportSchema, file: z.string() }),
]);
export type FromEngine = z.output<typeof fromEngine>;
