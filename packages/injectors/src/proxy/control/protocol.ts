import * as z from 'zod';
import { faultOrder } from './fault-order.ts';

const address = z.object({ host: z.string(), port: z.number().int() });

/** What tells one data plane process from every other: a recycled pid has another start mark. */
export const incarnation = z.object({
  pid: z.number().int(),
  /** Kernel start mark of the process. */
  start: z.string(),
  boot: z.string(),
  /** The namespace the pid counts in; a process in another one cannot judge it. */
  namespace: z.string(),
});
export type Incarnation = z.output<typeof incarnation>;

/** Who a data plane is. */
export const planeIdentity = z.object({
  instance: z.string(),
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  group: z.string().optional(),
  startedAt: z.string(),
  listen: address,
  upstream: address,
  control: z.string(),
  /** How it speaks HTTP, if it does. */
  http: z
    .object({
      tls: z.object({ fingerprint: z.string(), whyNotReissued: z.string().optional() }).optional(),
    })
    .optional(),
  process: incarnation,
});
export type PlaneIdentity = z.output<typeof planeIdentity>;

export const counters = z.object({ eligible: z.number(), injected: z.number() });
export type Counters = z.output<typeof counters>;

const connection = z.object({
  id: z.number(),
  client: z.string(),
  bytes: z.object({ upstream: z.number(), downstream: z.number() }),
});
/** One live connection through the proxy; bytes as received from each side. */
export type ProxyConnection = z.output<typeof connection>;

const fault = z.string().min(1);
const operation = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('hello') }),
  z.strictObject({ op: z.literal('own'), upstream: address, linger: z.number(), seed: z.string() }),
  z.strictObject({ op: z.literal('add'), order: faultOrder, lease: z.number().positive() }),
  z.strictObject({ op: z.literal('remove'), fault }),
  z.strictObject({ op: z.literal('renew'), fault, lease: z.number().positive() }),
  z.strictObject({ op: z.literal('list') }),
  z.strictObject({ op: z.literal('counters'), fault }),
  z.strictObject({ op: z.literal('connections') }),
  z.strictObject({ op: z.literal('canary'), order: faultOrder }),
  z.strictObject({ op: z.literal('expect'), port: z.number().int() }),
  z.strictObject({ op: z.literal('close') }),
]);
export type Operation = z.output<typeof operation>;

/** One line from a client. */
export const request = z.object({ request: z.number().int(), operation });

/** What each operation answers. */
export const answers = {
  hello: z.object({ identity: planeIdentity, owned: z.boolean() }),
  own: z.object({ identity: planeIdentity }),
  add: z.object({}),
  remove: z.object({}),
  renew: z.object({ live: z.boolean() }),
  list: z.object({ faults: z.array(z.object({ order: faultOrder, counters })) }),
  counters: z.object({ counters }),
  connections: z.object({ connections: z.array(connection) }),
  /** Where the canary knocks, whether the fault is live, and how many user connections still carry it. */
  canary: z.object({ address, live: z.boolean(), carriers: z.number() }),
  expect: z.object({}),
  close: z.object({}),
} satisfies Record<Operation['op'], z.ZodType>;
export type Answer<Op extends Operation['op']> = z.output<(typeof answers)[Op]>;

/** One line from the data plane. */
export const response = z.discriminatedUnion('outcome', [
  z.object({ request: z.number(), outcome: z.literal('done'), answer: z.unknown() }),
  z.object({ request: z.number(), outcome: z.literal('refused'), reason: z.string() }),
]);
