import * as z from 'zod';
import type { Json, JsonObject } from '../json.ts';
import { faultRecord, target } from './fault-record-schema.ts';
import { VERDICTS } from './verdict.ts';

/** Raised when a field changes its meaning or goes away; new fields alone do not raise it. */
export const REPORT_VERSION = 1;

const json = z.custom<Json>(() => true).meta({ description: 'Any JSON value' });
const jsonObject = z.record(z.string(), json).transform((value): JsonObject => value);
const numbers = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null);
const list = <Item extends z.ZodType>(item: Item) => z.array(item).readonly();
const mark = z.number().nullable();
const PHASES = ['prepare', 'baseline', 'stress', 'failure', 'recovery', 'validation', 'analysis'] as const;

const reason = z.object({ verdict: z.enum(VERDICTS), code: z.string(), sentence: z.string(), numbers });

const marks = z
  .object({
    request: mark,
    ack: mark,
    effect: mark,
    impact: mark,
    detect: mark,
    act: mark,
    removed: mark,
    recovered: mark,
    confirmed: mark,
  })
  .meta({ description: 'Monotonic ms, of the episode that lasted longest; null when it never came' });

const timings = z
  .object({
    timeToDetect: mark,
    timeToDetectFromEffect: mark,
    timeToDetectAtLeast: mark,
    predicted: z.boolean(),
    timeToRecover: mark,
    timeToRecoverAtLeast: mark,
    healAfterRemoval: mark,
    selfHeal: mark,
  })
  .meta({ description: 'Durations in ms. The "at least" ones are censored: never average them as if observed' });

const episode = z.object({
  probes: list(z.string()),
  onset: z.number(),
  confirmedBad: z.number(),
  recovered: mark,
  confirmed: mark,
  flaps: z.number(),
});

const latencies = { p50: mark, p95: mark, p99: mark, max: mark };

const counts = {
  checks: z.number(),
  healthy: z.number(),
  degraded: z.number(),
  unknown: z.number(),
  timeouts: z.number(),
  ...latencies,
};

const probe = z.object({
  name: z.string(),
  type: z.string(),
  every: z.number().meta({ description: 'Milliseconds between intended sends' }),
  timeout: z.number(),
  judged: z.boolean().meta({ description: 'Whether the verdict depends on it' }),
  sampling: z
    .object({ planned: z.number(), sent: z.number(), rate: z.number(), lagP99: mark, shed: z.number() })
    .nullable(),
  phases: list(z.object({ phase: z.enum(PHASES), ...counts })),
  lost: z
    .object({ requests: z.number(), cost: z.number(), currency: z.string().nullable() })
    .exactOptional()
    .meta({ description: 'Estimated from the failed checks, where the probe carries a business value' }),
  seconds: list(z.object({ at: z.number().meta({ description: 'Seconds since the run started' }), ...counts })),
});

const objective = z.object({
  span: z.enum(['baseline', 'fault', 'after']),
  probe: z.string(),
  metric: z.enum(['success', 'p50', 'p95', 'p99']),
  limit: z.number(),
  observed: mark,
  checks: z.number(),
  unknown: z.number(),
  share: mark,
  interval: z.object({ low: z.number(), high: z.number() }),
  target: z.number(),
  outcome: z.enum(['pass', 'fail', 'inconclusive']),
  needed: mark,
});

const component = z.object({
  probe: z.string(),
  metric: z.enum(['success', 'p50', 'p95', 'p99']),
  weight: z.number(),
  share: mark,
  target: z.number(),
  score: mark,
});

const health = z
  .object({
    lowest: z
      .object({ at: z.number().meta({ description: 'Seconds since the run started' }), score: z.number() })
      .nullable()
      .meta({ description: 'Of any 5 s' }),
    phases: list(z.object({ phase: z.enum(PHASES), score: mark, components: list(component) })),
  })
  .meta({ description: 'Weighted share of what must hold, 0 to 1' });

const secretReference = z.discriminatedUnion('from', [
  z.object({ from: z.literal('literal') }),
  z.object({ from: z.literal('env'), name: z.string() }),
  z.object({ from: z.literal('file'), path: z.string() }),
]);

const event = z.object({
  id: z.string(),
  type: z.string(),
  time: z.string(),
  monotonic: z.number(),
  sequence: z.number(),
  node: z.string(),
  runId: z.string().exactOptional(),
  data: z.custom<object>((value) => typeof value === 'object' && value !== null),
});

/** The report of one run, as JSON. Times are monotonic ms of the engine's process; `clock` ties them to the calendar. */
export const reportSchema = z
  .object({
    format: z.literal('bridge-chaos/report'),
    version: z.literal(REPORT_VERSION),
    id: z.string(),
    name: z.string(),
    verdict: z.enum(VERDICTS),
    expect: z.enum(['held', 'recovered']),
    passed: z.boolean(),
    reasons: list(reason).meta({ description: 'Worst first' }),
    actor: z.string().nullable(),
    seed: z.number(),
    clock: z.object({ monotonic: z.number(), wall: z.string() }).meta({ description: 'One instant on both clocks' }),
    startedAt: z.string(),
    endedAt: z.string(),
    duration: z.number(),
    environment: z.object({
      node: z.string(),
      platform: z.string(),
      arch: z.string(),
      host: z.string(),
      cpus: z.number(),
      memory: z.number().meta({ description: 'Bytes' }),
    }),
    versions: z.record(z.string(), z.string()),
    experiment: jsonObject.meta({ description: 'As parsed, without secrets' }),
    secrets: z
      .record(z.string(), secretReference)
      .meta({ description: 'Where secrets came from, never what they are' }),
    targets: list(z.object({ step: z.string(), target })),
    phases: list(z.object({ phase: z.enum(PHASES), from: z.number(), to: z.number() })),
    marks,
    timings,
    timeToDetect: mark.meta({ description: 'Milliseconds from impact to detection; see timings' }),
    timeToRecover: mark.meta({ description: 'Milliseconds from impact to recovery; see timings' }),
    episodes: list(episode),
    flaps: z.number(),
    relapses: z.number(),
    faults: list(faultRecord),
    reversal: z
      .object({ clean: z.boolean(), injected: z.number(), proven: z.number(), leaked: list(z.string()) })
      .meta({ description: 'Whether every fault was proven undone; the proofs are with the faults' }),
    objectives: list(objective),
    health: health.exactOptional(),
    probes: list(probe),
    signals: list(z.object({ kind: z.enum(['trigger', 'playbook', 'task']), name: z.string(), at: z.number() })),
    aborted: z.object({ code: z.string(), sentence: z.string(), numbers }).nullable(),
    problems: list(z.object({ code: z.string(), message: z.string() })),
    events: list(event),
    eventsDropped: z.number().meta({ description: 'Events left out to keep the report bounded' }),
  })
  .meta({ title: 'Bridge Chaos run report' });

export type Report = z.output<typeof reportSchema>;

/** JSON Schema (draft 2020-12) of the report, for other tools. */
export function reportJsonSchema(): z.core.JSONSchema.JSONSchema {
  return z.toJSONSchema(reportSchema, { unrepresentable: 'any', io: 'input' });
}
