import { type JsonObject, type Proof, type RevertCause, reportSchema } from '@bridge/chaos-core';
import * as z from 'zod';
import type { ReportEvent } from './journal-line.ts';

const fault = z.object({
  id: z.string(),
  type: z.string(),
  target: reportSchema.shape.targets.unwrap().element.shape.target,
});
const proof: z.ZodType<Proof> = z.object({
  observation: z.enum(['present', 'absent', 'gone']),
  at: z.number(),
  looks: z.number(),
});
const cause = z.custom<RevertCause>((value) => typeof value === 'string');
const share = z.number().nullable();

/** The events that a report of a killed run is made of, and what is read of each. */
const KNOWN = {
  'run:phase': z.object({ phase: reportSchema.shape.phases.unwrap().element.shape.phase }),
  'run:finished': z.object({ verdict: z.string() }),
  'step:started': z.object({ step: z.string() }),
  'fault:intended': z.object({
    fault,
    params: z.custom<JsonObject>((value) => typeof value === 'object' && value !== null),
  }),
  'fault:injecting': z.object({ fault }),
  'fault:effective': z.object({ fault, proof }),
  'fault:inert': z.object({ fault }),
  'fault:reverting': z.object({ fault, cause }),
  'fault:reverted': z.object({ fault, cause, proof }),
  'fault:gone': z.object({ fault, cause, proof }),
  'fault:spent': z.object({ fault, proof }),
  'fault:leaked': z.object({ fault, reason: z.string() }),
  'guard:refused': z.object({ rule: z.string(), reason: z.string(), fault: z.string().nullable() }),
  'mark:set': z.object({
    mark: z.enum(['request', 'ack', 'effect', 'impact', 'detect', 'act', 'removed', 'recovered', 'confirmed']),
    at: z.number(),
  }),
  'probe:second': z.object({
    probe: z.string(),
    sent: z.number(),
    ok: z.number(),
    unknown: z.number().optional(),
    p50: share,
    p95: share,
  }),
  'host:signal': z.object({ kind: z.enum(['trigger', 'playbook', 'task']), name: z.string() }),
} as const;

type Known = typeof KNOWN;
type Data<Type extends keyof Known> = z.output<Known[Type]>;

/** The same, in the shape that keeps an event's name and its data together for the compiler. */
const SCHEMAS: { readonly [Type in keyof Known]: z.ZodType<Data<Type>> } = KNOWN;

export interface KnownEvent<Type extends keyof Known> {
  readonly at: number;
  readonly data: Data<Type>;
}

/** Every event of this type, oldest first. One whose data is not what it should be is left out. */
export function eventsOf<Type extends keyof Known>(events: readonly ReportEvent[], type: Type): KnownEvent<Type>[] {
  const schema = SCHEMAS[type];
  return events
    .filter((event) => event.type === type)
    .flatMap(({ monotonic, data }) => {
      const parsed = schema.safeParse(data);
      return parsed.success ? [{ at: monotonic, data: parsed.data }] : [];
    });
}

/** The fault that an event speaks of; undefined for an event of something else. */
export function faultOf({ data }: ReportEvent): z.output<typeof fault> | undefined {
  return z.object({ fault }).safeParse(data).data?.fault;
}
