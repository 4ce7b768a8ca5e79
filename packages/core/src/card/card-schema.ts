import * as z from 'zod';
import { duration } from '../duration.ts';
import { probe } from '../experiment/probe-schema.ts';
import { stopCondition } from '../experiment/stop-condition-schema.ts';
import { strict } from '../experiment/zod-schema.ts';
import type { Json, JsonObject } from '../json.ts';
import { onDemand } from '../on-demand.ts';

const name = onDemand(() => z.string().min(1).max(200));
const positive = onDemand(() => duration.refine((value) => value > 0, 'expected a time longer than 0, got 0'));
const members = onDemand(() => z.record(z.string(), z.custom<Json>()).transform((value): JsonObject => value));

/** 30 s to detect, 5 min to recover at most, 3 min to verify. */
export const SLO = { detect: 30_000, recover: 300_000, verify: 180_000 } as const;

const cardHead = onDemand(() => ({
  id: z.string().regex(/^[\w.-]{1,60}$/, 'expected letters, digits, ".", "_" and "-", at most 60'),
  name: name(),
  category: name(),
  hypothesis: z.string().min(1).max(1_000),
  risk: z.number().positive('expected a weight above 0').max(100),
  owner: name(),
  interval: positive().exactOptional(),
}));

const signal = onDemand(() =>
  z.union([
    name().transform((text): { name: string; where: JsonObject; within?: number } => ({ name: text, where: {} })),
    strict({ name: name(), where: members().default({}), within: positive().exactOptional() }),
  ]),
);

const tasks = onDemand(() =>
  strict({
    count: z.int().min(0),
    name: name().exactOptional(),
    where: members().default({}),
    within: positive().exactOptional(),
  }),
);

const expectation = onDemand(() =>
  strict({
    triggers: z.array(signal()).default([]),
    playbooks: z.array(signal()).default([]),
    tasks: tasks().exactOptional(),
    countFrom: z.enum(['effect', 'injection']).default('effect'),
  }),
);

const rollback = onDemand(() =>
  strict({
    when: z.array(stopCondition).default([]),
    within: positive().default(30_000),
    restored: z.array(probe).default([]),
  }),
);

const slo = onDemand(() =>
  strict({
    detect: positive().default(SLO.detect),
    recover: positive().default(SLO.recover),
    verify: positive().default(SLO.verify),
  }),
);

/** The body of a card as it is written. Its experiment is checked where it is put together. */
const cardBody = onDemand(() => ({
  target: name(),
  experiment: z.record(z.string(), z.custom<Json>()),
  blastRadius: strict({ targets: z.int().min(1), description: z.string().exactOptional() }),
  preconditions: z.array(probe).default([]),
  effect: z.union([z.literal('injector'), probe]).exactOptional(),
  expect: expectation().prefault({}),
  controls: z.array(probe).default([]),
  verification: z.array(probe).default([]),
  rollback: rollback().exactOptional(),
  slo: slo().prefault({}),
}));

export const cardSchema = onDemand(() => strict({ ...cardHead(), drill: strict(cardBody()) }));

/** A card with its head and body checked, its experiment still as written. */
export type CheckedCard = z.output<ReturnType<typeof cardSchema>>;
