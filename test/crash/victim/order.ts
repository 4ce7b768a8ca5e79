import type { JsonObject } from '@bridge/chaos-core';
import * as z from 'zod';

/** Where in the life of its fault a process is killed: `<verb>:before`, `<verb>:after` or the name of an event. */
export const KILL_STEPS = [
  'prepare:after',
  'fault:intended',
  'inject:before',
  'inject:after',
  'fault:effective',
  'revert:before',
  'revert:after',
] as const;

/** A momentary fault has its own end: spent, then perhaps put back. */
export const MOMENTARY_KILL_STEPS = [
  'prepare:after',
  'fault:intended',
  'fault:injecting',
  'inject:before',
  'inject:after',
  'fault:effective',
  'fault:spent',
] as const;

const json: z.ZodType<JsonObject> = z.record(z.string(), z.json());

/** What a standing victim is told on its standard input: one line of JSON. */
export const order = z.object({
  type: z.string(),
  target: z.record(z.string(), z.union([z.string(), z.number()])),
  params: json,
  strike: z.discriminatedUnion('when', [
    z.object({ when: z.literal('step'), step: z.string() }),
    /** Milliseconds after `prepare()` was called, whatever is going on then. */
    z.object({ when: z.literal('time'), after: z.number() }),
    z.object({ when: z.literal('never') }),
  ]),
  /** `none`: it stands still at that instruction, and the blow comes from outside. */
  signal: z.enum(['SIGKILL', 'SIGSTOP', 'none']),
  /** The guardian is killed in the same instant, just before the engine. */
  guardianToo: z.boolean(),
});

export type Order = z.output<typeof order>;

/** What a victim is started with: one argument of JSON. */
export const birth = z.object({
  state: z.string(),
  registry: z.string(),
  lease: z.number(),
  guardian: z.enum(['process', 'auto']).default('process'),
  /** Begins with this at once, instead of waiting for a line on its standard input. */
  order: order.optional(),
});
export type Birth = z.input<typeof birth>;

/** What a victim says: one line of JSON each. Times are milliseconds of `CLOCK_MONOTONIC`, the same in every process. */
export const said = z.discriminatedUnion('say', [
  z.object({ say: z.literal('ready'), guardian: z.int() }),
  z.object({ say: z.literal('struck'), at: z.number(), doing: z.string() }),
  /** The fault has ended; `took` counts from the call of `prepare()`. */
  z.object({ say: z.literal('done'), took: z.number() }),
  z.object({ say: z.literal('failed'), reason: z.string() }),
]);
export type Said = z.output<typeof said>;
