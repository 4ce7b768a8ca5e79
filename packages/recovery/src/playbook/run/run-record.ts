import type { JsonObject } from '@bridge/chaos-core';
import * as z from 'zod';
import { OUTCOMES, SEVERITIES } from '../severity.ts';

const json = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
const signal = z.object({
  trigger: z.string(),
  group: z.string(),
  cause: z.string(),
  severity: z.enum(SEVERITIES),
  data: json,
});
const finding = z.object({
  is: z.enum(['good', 'bad', 'unknown']),
  detail: z.string().optional(),
  score: z.number().optional(),
});

/** One line of a run's journal. What is not there yet has not happened, or nobody knows whether it has. */
export const runRecord = z.discriminatedUnion('what', [
  z.object({
    what: z.literal('began'),
    run: z.string(),
    playbook: z.string(),
    /** Digest of the playbook: another version is not resumed. */
    version: z.string(),
    signal,
    at: z.number(),
  }),
  z.object({ what: z.literal('approved'), by: z.string() }),
  z.object({ what: z.literal('looked-before'), findings: z.array(finding) }),
  /** The undo record is durable; the action may have been started since. */
  z.object({ what: z.literal('intended'), step: z.string(), action: z.string(), options: z.json(), undo: z.json() }),
  z.object({ what: z.literal('done'), step: z.string(), output: json }),
  z.object({ what: z.literal('failed'), step: z.string(), reason: z.string() }),
  z.object({ what: z.literal('skipped'), step: z.string(), reason: z.string() }),
  z.object({ what: z.literal('compensated'), step: z.string() }),
  z.object({ what: z.literal('compensation-failed'), step: z.string(), reason: z.string() }),
  z.object({ what: z.literal('judged'), outcome: z.enum(OUTCOMES), reason: z.string(), findings: z.array(finding) }),
  z.object({ what: z.literal('ended'), outcome: z.enum(OUTCOMES), at: z.number() }),
]);

export type RunRecord = z.output<typeof runRecord>;
export type RecordOf<What extends RunRecord['what']> = Extract<RunRecord, { readonly what: What }>;
