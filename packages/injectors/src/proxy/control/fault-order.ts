import * as z from 'zod';
import { onRequests } from './http-effect.ts';

/** Which bytes of a connection: `upstream` = from client to server, `downstream` = from server to client. */
export const direction = z.enum(['both', 'upstream', 'downstream']);
export type Direction = z.output<typeof direction>;

/** Which connections: those open when the fault is injected, those opened later, or all. */
export const scope = z.enum(['existing', 'new', 'all']);

const milliseconds = z.number().min(0);
const common = { id: z.string().min(1), seed: z.number().int() };
const onConnections = { ...common, direction, scope, perConnection: z.number().min(0).max(1) };

const latency = z.strictObject({
  kind: z.literal('latency'),
  ...onConnections,
  delay: milliseconds,
  jitter: milliseconds,
});
const bandwidth = z.strictObject({ kind: z.literal('bandwidth'), ...onConnections, rate: z.number().positive() });
const timeout = z.strictObject({ kind: z.literal('timeout'), ...onConnections, closeAfter: milliseconds.optional() });
const reset = z.strictObject({ kind: z.literal('reset'), ...onConnections, after: milliseconds });
const slice = z.strictObject({
  kind: z.literal('slice'),
  ...onConnections,
  size: z.number().int().positive(),
  variation: z.number().int().min(0),
  pause: milliseconds,
});
const limit = z.strictObject({
  kind: z.literal('limit'),
  ...onConnections,
  bytes: z.number().int().min(0),
  /** Closed when one byte too many arrives, or already when the last allowed one has. */
  closes: z.enum(['exceeded', 'reached']).default('exceeded'),
});
/** Bytes pass; a FIN arrives later. */
const slowClose = z.strictObject({ kind: z.literal('slow-close'), ...onConnections, delay: milliseconds });
/** Bytes are lost for good, so the connection is closed when the fault ends. */
const swallow = z.strictObject({ kind: z.literal('swallow'), ...onConnections, closeAfter: milliseconds.optional() });
const refuse = z.strictObject({ kind: z.literal('refuse'), ...common });
/** As if the server had ended: connects are refused, open connections are closed. */
const down = z.strictObject({ kind: z.literal('down'), ...common });
const http = z.strictObject({ kind: z.literal('http'), ...common, ...onRequests });
export type HttpOrder = z.output<typeof http>;
export const validity = z.enum(['expired', 'not-yet-valid']);
const certificate = z.strictObject({ kind: z.literal('certificate'), ...common, validity });

/** A fault as the data plane takes it: times in milliseconds, sizes in bytes, rates in bytes per second. */
export const faultOrder = z.discriminatedUnion('kind', [
  latency,
  bandwidth,
  timeout,
  reset,
  slice,
  limit,
  slowClose,
  swallow,
  refuse,
  down,
  http,
  certificate,
]);
export type FaultOrder = z.output<typeof faultOrder>;
/** Faults of the listener and of the HTTP front. */
const OTHER_KINDS = ['refuse', 'down', 'http', 'certificate'] as const;
type OtherFaultOrder = Extract<FaultOrder, { kind: (typeof OTHER_KINDS)[number] }>;
/** A fault that acts on the bytes of connections. */
export type ConnectionFaultOrder = Exclude<FaultOrder, OtherFaultOrder>;

export function actsOnConnections(order: FaultOrder): order is ConnectionFaultOrder {
  return !OTHER_KINDS.some((kind) => kind === order.kind);
}
