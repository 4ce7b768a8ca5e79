import * as z from 'zod';

/** What the storefront's supervisor and its owner say to each other, over the channel that `fork` gives them. */

/** The supervisor's command line, as JSON. */
export const supervisorSettings = z.object({
  folder: z.string(),
  workers: z.int().min(0),
  ports: z.object({ front: z.int(), queue: z.int(), store: z.int() }),
});
export type SupervisorSettings = z.output<typeof supervisorSettings>;

const states = z.enum(['running', 'paused', 'stopped']);

/** Owner to supervisor. */
export const order = z.object({
  id: z.number(),
  order: z.enum(['look', 'pause', 'resume', 'restart', 'stop', 'scale', 'count', 'start']),
  service: z.string(),
  to: z.number().optional(),
  /** With `start` of the front: where it finds the store. */
  store: z.string().optional(),
});
export type Order = z.output<typeof order>;

/** What the supervisor knows of one process. */
const service = z.object({ state: states, incarnation: z.string() });
export type Service = z.output<typeof service>;

/** Supervisor to owner. */
export const fromSupervisor = z.union([
  z.object({ id: z.number(), answer: z.union([service, z.number(), z.null()]) }),
  z.object({ id: z.number(), error: z.string() }),
  z.object({ started: z.string(), pid: z.number(), port: z.number().nullable() }),
  z.object({ ended: z.string(), pid: z.number(), how: z.string() }),
]);
export type FromSupervisor = z.output<typeof fromSupervisor>;

/** A process of the storefront to the supervisor: it works. */
export const up = z.object({ up: z.object({ port: z.number().optional() }) });
