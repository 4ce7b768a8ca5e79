import * as z from 'zod';
import { strict } from '../experiment/zod-schema.ts';
import { timeZone } from '../guard/window.ts';
import { defaultedKey } from './key.ts';
import { FREQUENCIES, scheduleCron } from './schedule-pattern.ts';
import { onOff, probability } from './units.ts';

/** Members of one item of `schedules`, with what they mean. */
const ITEM = {
  name: { value: z.string().min(1), meaning: 'in events and in the ledger; unique' },
  frequency: { value: z.enum(FREQUENCIES), meaning: 'how `schedule_pattern` is read' },
  schedule_pattern: {
    value: z.string(),
    meaning: '`daily`: "02:30"; `hourly`: ":30"; `weekly`: "mon 02:30"; `cron`: "30 2 * * MON-FRI"',
  },
  probability: { value: probability.default(1), meaning: 'chance of a fault each time; default 1' },
  safe_mode: {
    value: onOff.default(true),
    meaning: 'true: plans and records, injects nothing; default true',
  },
  maintenance_window_only: {
    value: onOff.default(true),
    meaning:
      'true: only inside `safety.windows`, or without those in the maintenance window of document 003: mon, wed, fri 02:00-04:00; default true',
  },
  time_zone: { value: timeZone, meaning: 'IANA name; default UTC' },
} as const;

const item = strict({
  name: ITEM.name.value,
  frequency: ITEM.frequency.value,
  schedule_pattern: ITEM.schedule_pattern.value,
  probability: ITEM.probability.value,
  safe_mode: ITEM.safe_mode.value,
  maintenance_window_only: ITEM.maintenance_window_only.value,
  time_zone: ITEM.time_zone.value,
}).transform((written, ctx) => {
  const cron = scheduleCron(written.frequency, written.schedule_pattern);
  if (cron.ok) return { ...written, cron: cron.pattern };
  ctx.issues.push({ code: 'custom', path: ['schedule_pattern'], message: cron.problem, input: written });
  return z.NEVER;
});

const unique = z.array(item).superRefine((items, ctx) => {
  const names = items.map(({ name }) => name);
  names.forEach((name, index) => {
    if (names.indexOf(name) === index) return;
    const message = `expected unique names, got "${name}" again`;
    ctx.addIssue({ code: 'custom', path: [index, 'name'], message, input: name });
  });
});

/** `schedules` of document 003. */
export const SCHEDULES = defaultedKey({
  path: 'schedules',
  source: '003',
  value: unique,
  fallback: [],
  meaning: 'further times at which the monkey rolls the dice, while `runtime.health.chaos.enabled`',
});

/** What may stand in one item, for tables. */
export const SCHEDULE_MEMBERS = Object.entries(ITEM).map(([name, { meaning }]) => ({
  path: `schedules[].${name}`,
  source: name === 'time_zone' ? ('own' as const) : ('003' as const),
  meaning,
}));
