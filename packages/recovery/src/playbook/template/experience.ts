import * as z from 'zod';
import { OUTCOMES, SEVERITIES } from '../severity.ts';

/** What a template is for. */
const templateKey = z.object({
  /** Trigger and class of the cause: {@link IncidentSignal} without its group. */
  trigger: z.string(),
  cause: z.string(),
  severity: z.enum(SEVERITIES),
  /** Kind of target: `container`, `process`, `service`. */
  kind: z.string(),
});

export type TemplateKey = z.output<typeof templateKey>;

/** What one incident taught. Times in milliseconds on one clock; null: it did not happen. */
export const experience = z.object({
  key: templateKey,
  /** Name of the playbook that ran, or that would have. */
  playbook: z.string(),
  /** Digest of the playbook: another version is another template. */
  version: z.string(),
  /** In drills a share is left without any action, to know what the action is worth. */
  arm: z.enum(['action', 'no-action']),
  outcome: z.enum(OUTCOMES),
  actedAt: z.number().nullable(),
  recoveredAt: z.number().nullable(),
  /** When the fault ended by itself or was taken away; null: it was still there, or the action was what ended it. */
  faultEndedAt: z.number().nullable(),
  /** Somebody lent a hand. */
  operator: z.boolean(),
  /** Impact to recovery; null: not recovered. */
  timeToRecover: z.number().nullable(),
  /** What the target was made of: an image digest. */
  digest: z.string(),
  /** Wall clock. */
  at: z.number(),
});

export type Experience = z.output<typeof experience>;

/**
 * Whether what happened can be put down to the action: it came before the recovery, nobody lent a hand, and the fault was
 * not over by itself. A fault that expires teaches nothing.
 */
export function isAttributable({ arm, operator, actedAt, recoveredAt, faultEndedAt }: Experience): boolean {
  if (arm === 'no-action' || operator || actedAt === null) return false;
  if (recoveredAt === null) return true;
  return recoveredAt >= actedAt && (faultEndedAt === null || faultEndedAt >= recoveredAt);
}
