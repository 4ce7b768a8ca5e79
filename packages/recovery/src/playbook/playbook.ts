import { createHash } from 'node:crypto';
import { ChaosError, duration } from '@bridge/chaos-core';
import * as z from 'zod';
import { OUTCOMES, SEVERITIES } from './severity.ts';

const name = z.string().regex(/^[A-Za-z][\w.-]*$/, { error: 'expected letters, digits, ".", "_" and "-"' });
/** Plain JSON by name. */
const given = z.record(z.string(), z.unknown()).pipe(z.record(z.string(), z.json()));
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** Holds when everything that is given holds. `value` is usually a reference such as `${signal.data.depth}`. */
const guard = z
  .strictObject({
    value: scalar,
    equals: scalar.optional(),
    notEquals: scalar.optional(),
    above: z.number().optional(),
    below: z.number().optional(),
  })
  .refine(({ value: _, ...rest }) => Object.values(rest).some((bound) => bound !== undefined), {
    error: 'expected one of equals, notEquals, above, below',
  });

const step = z.strictObject({
  /** Unique in the playbook; later steps refer to its output as `${steps.<id>.…}`. */
  id: name,
  action: z.string().min(1),
  /** Options of the action. Text may refer to `${signal.…}` and `${steps.<id>.…}`. */
  with: given.default({}),
  /** The step is skipped when it does not hold. */
  guard: guard.optional(),
  /** Only for these severities. Default: for all. */
  severity: z
    .array(z.enum(SEVERITIES))
    .min(1)
    .default([...SEVERITIES]),
  /** For one attempt, its verification included. Default 30 s. */
  timeout: duration.default(30_000),
  /** Further attempts after a failed one, with full jitter. At most 3. Default 0. */
  retries: z.int().min(0).max(3).default(0),
  /** Put back what the step did when the run does not help. Default true. */
  compensate: z.boolean().default(true),
  /** What a failed step means: `stop` ends the run, `continue` goes on. Default `stop`. */
  onFailure: z.enum(['stop', 'continue']).default('stop'),
});

const check = z.strictObject({
  action: z.string().min(1),
  with: given.default({}),
  timeout: duration.default(30_000),
});

/** A playbook as data: what it answers to, what it does, and how it knows whether that helped. */
export const playbookSchema = z
  .strictObject({
    name,
    /** Names of the triggers it answers to; a trailing `*` stands for anything. */
    on: z.array(z.string().min(1)).min(1),
    /** Only for signals of these groups. Default: all. */
    groups: z.array(z.string().min(1)).optional(),
    steps: z.array(step).min(1),
    /** Looks before and after the steps, and decides how the run ended. Actions that only look. */
    verify: z.array(check).min(1),
    /** Milliseconds between the last step and the verification. Default 0. */
    settle: duration.default(0),
    /** Further steps by how the run ended, after any compensation. */
    outcomes: z.partialRecord(z.enum(OUTCOMES), z.array(step).min(1)).default({}),
    /** Put back what was done when the outcome is one of these. `worsened` and `aborted` always are. */
    compensateOn: z.array(z.enum(OUTCOMES)).default(['worsened', 'aborted']),
    /** Somebody must agree first, for these severities. Default: critical. */
    approval: z
      .strictObject({ severity: z.array(z.enum(SEVERITIES)).default(['critical']), timeout: duration.default(300_000) })
      .prefault({}),
    /** No second run for the same fingerprint for so long after the end. Default 5 min. */
    coolDown: duration.default(300_000),
    /** After so many runs that did not help within `per`, the fingerprint is blocked and somebody is told. */
    escalate: z.strictObject({ runs: z.int().min(1).default(3), per: duration.default(14_400_000) }).prefault({}),
  })
  .superRefine(({ steps, outcomes }, context) => {
    const ids = [...steps, ...Object.values(outcomes).flat()].map(({ id }) => id);
    const twice = ids.find((id, index) => ids.indexOf(id) !== index);
    if (twice !== undefined) {
      context.addIssue({ code: 'custom', path: ['steps'], message: `expected unique ids, got ${twice} twice` });
    }
  });

export type PlaybookInput = z.input<typeof playbookSchema>;
export type Playbook = z.output<typeof playbookSchema>;
export type PlaybookStep = Playbook['steps'][number];
export type PlaybookCheck = Playbook['verify'][number];

/** A checked playbook with its defaults. Throws `CHAOS_PLAYBOOK_INVALID` naming every path. */
export function definePlaybook(input: PlaybookInput): Playbook {
  return parsePlaybook(input);
}

/** The same for what came from outside. */
export function parsePlaybook(input: unknown, source = 'playbook'): Playbook {
  const parsed = playbookSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(({ path, message }) => `${path.join('.') || '(root)'}: ${message}`);
  throw new ChaosError('CHAOS_PLAYBOOK_INVALID', `${source}: ${lines.join('; ')}`);
}

/** Whether the playbook answers to a signal. */
export function answers(
  { on, groups }: Playbook,
  signal: { readonly trigger: string; readonly group: string },
): boolean {
  if (groups !== undefined && !groups.includes(signal.group)) return false;
  return on.some((pattern) =>
    pattern.endsWith('*') ? signal.trigger.startsWith(pattern.slice(0, -1)) : signal.trigger === pattern,
  );
}

/** Digest of a playbook: another one after every change. */
export function playbookVersion(playbook: Playbook): string {
  return createHash('sha256').update(JSON.stringify(playbook)).digest('hex').slice(0, 16);
}
