import { ChaosError, type Clock, type DurationInput, duration, type JsonObject, type Logger } from '@bridge/chaos-core';
import * as z from 'zod';
import { SEVERITIES, type Severity } from '../playbook/severity.ts';

export interface DetectorContext {
  readonly clock: Clock;
  readonly log: Logger;
}

/** What one look showed. `unknown`: it could not look; that is neither an alarm nor its end. */
export type Look =
  | { readonly is: 'good' }
  | { readonly is: 'bad'; readonly detail: string; readonly data?: JsonObject }
  | { readonly is: 'unknown'; readonly detail: string };

/** An open detector: looks again and again, and may remember what it saw. */
export interface OpenDetector {
  look(signal: AbortSignal): Promise<Look>;
  close?(): Promise<void>;
}

/** A way to notice one kind of failure. */
export type Detector = (context: DetectorContext) => Promise<OpenDetector>;

export interface TriggerInput {
  readonly name: string;
  readonly detector: Detector;
  /** What is affected, for the fingerprint: a service, a file. Default: the name. */
  readonly group?: string;
  /** Class of the cause. Default: the name. */
  readonly cause?: string;
  readonly severity?: Severity | ((look: Extract<Look, { readonly is: 'bad' }>) => Severity);
  /** Interval between looks. Default 5 s. */
  readonly every?: DurationInput;
  /** A look without an answer by then is unknown. Default 10 s. */
  readonly timeout?: DurationInput;
  /** Fires when `failures` of the last `of` looks were bad. Default 3 of 5. */
  readonly confirm?: { readonly failures: number; readonly of: number };
  /** Good looks in a row that end the alarm. Default 3. */
  readonly clear?: number;
  /** While the alarm lasts it is told again so often: what was done may not have helped. Default 10 min. */
  readonly repeat?: DurationInput;
}

export interface Trigger {
  readonly name: string;
  readonly detector: Detector;
  readonly group: string;
  readonly cause: string;
  readonly severityOf: (look: Extract<Look, { readonly is: 'bad' }>) => Severity;
  readonly every: number;
  readonly timeout: number;
  readonly confirm: { readonly failures: number; readonly of: number };
  readonly clear: number;
  readonly repeat: number;
}

const count = z.int().min(1);
const schema = z.object({
  name: z.string().regex(/^[A-Za-z][\w.-]*$/, { error: 'expected letters, digits, ".", "_" and "-"' }),
  group: z.string().min(1).optional(),
  cause: z.string().min(1).optional(),
  severity: z.union([z.enum(SEVERITIES), z.custom((value) => typeof value === 'function')]).optional(),
  every: duration.default(5_000),
  timeout: duration.default(10_000),
  confirm: z
    .strictObject({ failures: count, of: count })
    .default({ failures: 3, of: 5 })
    .refine(({ failures, of }) => failures <= of, { error: 'expected failures to be at most of' }),
  clear: count.default(3),
  repeat: duration.default(600_000),
});

/** A checked trigger with its defaults. Throws `CHAOS_TRIGGER_INVALID` naming the path. */
export function defineTrigger(input: TriggerInput): Trigger {
  const { detector, severity = 'moderate', ...rest } = input;
  const parsed = schema.safeParse(rest);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new ChaosError('CHAOS_TRIGGER_INVALID', `${input.name}: ${lines.join('; ')}`);
  }
  const { name, group = name, cause = name, every, timeout, confirm, clear, repeat } = parsed.data;
  const severityOf = typeof severity === 'function' ? severity : () => severity;
  return { name, detector, group, cause, severityOf, every, timeout, confirm, clear, repeat };
}
