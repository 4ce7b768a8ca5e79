import * as z from 'zod';
import type { FaultState, RevertCause } from '../fault/life.ts';
import type { Json, JsonObject } from '../json.ts';

const at = z.number().nullable().meta({ description: 'Monotonic ms; null when it never came' });
const params = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null);
const cause = z.custom<RevertCause>((value) => typeof value === 'string').meta({ type: 'string' });

export const target = z.object({
  kind: z.string(),
  id: z.string(),
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  group: z.string().exactOptional(),
  startedAt: z.string(),
  connection: z.string().exactOptional(),
});

const proof = z
  .object({
    observation: z.enum(['present', 'absent', 'gone']),
    at: z.number(),
    looks: z.number(),
    fingerprint: z.custom<Json>(() => true).exactOptional(),
  })
  .meta({ description: 'What a look from outside showed' });

const state: z.ZodType<FaultState> = z.discriminatedUnion('phase', [
  z.object({ phase: z.literal('planned') }),
  z.object({ phase: z.literal('intended') }),
  z.object({ phase: z.literal('injecting') }),
  z.object({ phase: z.literal('active'), effect: proof }),
  z.object({ phase: z.literal('reverting'), cause }),
  z.object({ phase: z.literal('reverted'), cause, reversal: proof }),
  z.object({ phase: z.literal('gone'), cause, reversal: proof }),
  z.object({ phase: z.literal('spent'), effect: proof, restoredByEngine: z.boolean() }),
  z.object({ phase: z.literal('leaked'), cause, reason: z.string() }),
]);

const facts = z.object({
  requestedAt: at,
  acknowledgedAt: at,
  effectiveAt: at,
  revertingAt: at.exactOptional(),
  removedAt: at,
  effect: proof.nullable(),
  reversal: proof.nullable(),
  counters: z.object({ eligible: z.number(), injected: z.number() }).nullable(),
});

const attempt = { step: z.string(), type: z.string(), target, params };

/** A fault record (see `FaultRecord`) in a report. */
export const faultRecord = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('injected'),
    ...attempt,
    id: z.string(),
    momentary: z.boolean(),
    state,
    facts,
  }),
  z.object({
    outcome: z.enum(['refused', 'failed', 'leaked']),
    ...attempt,
    requestedAt: z.number(),
    code: z.string(),
    message: z.string(),
  }),
]);
