import * as z from 'zod';

const target = z.object({
  kind: z.string(),
  id: z.string(),
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  startedAt: z.string(),
});

const verb = z.discriminatedUnion('verb', [
  z.object({ verb: z.enum(['prepare', 'feasible']), target, params: z.unknown() }),
  z.object({ verb: z.literal('inject'), target, params: z.unknown(), undo: z.unknown() }),
  z.object({ verb: z.enum(['revert', 'observe', 'ended']), undo: z.unknown() }),
]);
export type VerbCall = z.output<typeof verb>;

/** What a host is asked over its channel. */
export const request = z.union([
  /** `copy`: which copy of the plugin shall answer. */
  z.object({ id: z.number(), type: z.string(), copy: z.string(), call: verb }),
  z.object({ abort: z.number() }),
]);
export type Request = z.output<typeof request>;

/** What a host says: first which target it is, then its answers. */
export const reply = z.union([
  z.strictObject({ self: target }),
  z.strictObject({ id: z.number(), value: z.unknown().optional() }),
  z.strictObject({ id: z.number(), failure: z.string() }),
]);
export type Reply = z.output<typeof reply>;
