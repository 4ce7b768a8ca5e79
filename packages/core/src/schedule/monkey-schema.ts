import * as z from 'zod';
import { duration } from '../duration.ts';
import { problemError } from '../experiment/problem.ts';
import { checkedBy, strict } from '../experiment/zod-schema.ts';
import { cronPattern, timeZone, windowSchema } from '../guard/window.ts';
import { onDemand } from '../on-demand.ts';
import type { Deed } from './deed.ts';
import type { SchedulingLeadership } from './leadership.ts';
import type { PastSource } from './recorded-schedule.ts';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const verb = (value: unknown, name: string): boolean =>
  isObject(value) && typeof Reflect.get(value, name) === 'function';

const above0 = onDemand(() => duration.refine((value) => value > 0, 'expected a duration above 0'));
const probability = onDemand(() => z.number().min(0).max(1));
const chosen = onDemand(() => ({
  weight: z.number().min(0).finite().default(1),
  group: z.string().min(1).optional(),
}));
const name = onDemand(() => z.string().min(1).max(200));
/** Parsed where the plugins are known. */
const written = onDemand(() => z.custom<object>(isObject, 'expected an object'));

const interval = onDemand(() => strict({ every: above0().default(600_000), probability: probability().optional() }));
const cron = onDemand(() => strict({ cron: cronPattern, timeZone, probability: probability().default(1) }));

const thing = onDemand(() =>
  z.union([
    strict({ fault: written(), name: name().optional(), ...chosen() }),
    strict({ experiment: written(), name: name().optional(), ...chosen() }),
    strict({
      deed: z.custom<Deed>(
        (value) => verb(value, 'plan') && verb(value, 'perform'),
        'expected a deed: { name, kind, plan, perform }',
      ),
      ...chosen(),
    }),
  ]),
);

/** What `monkey()` takes, as data. */
const monkeySchema = onDemand(() =>
  strict({
    name: name().default('monkey'),
    enabled: z.boolean().default(false),
    when: z.union([interval(), cron()]).prefault({}),
    windows: z.array(windowSchema).default([]),
    blackouts: z.array(windowSchema).default([]),
    things: z.array(thing()).min(1),
    pace: strict({ minTimeBetween: duration.default(0), meanTimeBetween: above0().optional() })
      .refine(
        ({ minTimeBetween, meanTimeBetween = Number.POSITIVE_INFINITY }) => minTimeBetween <= meanTimeBetween,
        'expected meanTimeBetween to be at least minTimeBetween',
      )
      .prefault({}),
    mode: z
      .union([z.enum(['live', 'safe']), strict({ stress: z.union([z.literal(2), z.literal(3)]) })])
      .default('live'),
    hold: above0().default(30_000),
    grace: duration.default(600_000),
    seed: z.int().min(0).optional(),
    leadership: z
      .custom<SchedulingLeadership>(
        (value) => typeof value === 'function' || verb(value, 'begin'),
        'expected a leadership',
      )
      .optional(),
    past: z
      .custom<PastSource>((value) => typeof value === 'function', 'expected a function that reads recorded entries')
      .optional(),
  }),
);

export type CheckedMonkey = z.output<ReturnType<typeof monkeySchema>>;
export type CheckedThing = CheckedMonkey['things'][number];
export type WindowInput = z.input<typeof windowSchema>;

/** Throws `CHAOS_SCHEDULE_INVALID` with every problem as `path: expected … got …`. */
export function checkMonkey(input: unknown): CheckedMonkey {
  const checked = checkedBy(monkeySchema(), input);
  if (checked.ok) return checked.value;
  throw problemError('CHAOS_SCHEDULE_INVALID', 'the schedule', checked.problems);
}
