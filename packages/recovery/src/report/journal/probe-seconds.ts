import type { Report } from '@bridge/chaos-core';
import * as z from 'zod';
import type { ReportEvent } from './journal-line.ts';
import { eventsOf, type KnownEvent } from './known-events.ts';

type ProbeReport = Report['probes'][number];
type Second = ProbeReport['seconds'][number];

const EVERY = 1_000;
const TIMEOUT = 1_000;

/**
 * The probes of a run as its per-second events tell them: by the time the answers came, not by the time they were due,
 * without p99 and maximum.
 */
export function probesFrom(
  events: readonly ReportEvent[],
  experiment: Report['experiment'],
  phases: Report['phases'],
  start: number,
): ProbeReport[] {
  const byProbe = Map.groupBy(eventsOf(events, 'probe:second'), ({ data }) => data.probe);
  const written = writtenProbes(experiment);
  const judged = judgedNames(experiment);
  const names = new Set([...written.keys(), ...byProbe.keys()]);
  return [...names].map((name) => {
    const told = byProbe.get(name) ?? [];
    const { type = 'unknown', every = EVERY, timeout = TIMEOUT } = written.get(name) ?? { name };
    return {
      name,
      type,
      every,
      timeout,
      judged: judged.size === 0 || judged.has(name),
      sampling: null,
      phases: phases.flatMap(({ phase, from, to }) => {
        const within = told.filter(({ at }) => at >= from && at < to);
        return within.length === 0 ? [] : [{ phase, ...sum(within.map(countsOf)) }];
      }),
      seconds: secondsOf(told, start),
    };
  });
}

function secondsOf(told: readonly KnownEvent<'probe:second'>[], start: number): Second[] {
  // An event speaks of the second that ends with it.
  const bySecond = Map.groupBy(told, ({ at }) => Math.max(0, Math.round((at - start) / 1000) - 1));
  return [...bySecond].sort(([a], [b]) => a - b).map(([at, own]) => ({ at, ...sum(own.map(countsOf)) }));
}

type Counts = Omit<Second, 'at'>;

function countsOf({ data: { sent, ok, unknown = 0, p50, p95 } }: KnownEvent<'probe:second'>): Counts {
  const degraded = Math.max(0, sent - ok - unknown);
  return { checks: sent, healthy: ok, degraded, unknown, timeouts: 0, p50, p95, p99: null, max: null };
}

/** Counts add up; of quantiles the worst one stands for all, since quantiles do not add. */
function sum(all: readonly Counts[]): Counts {
  const total = (count: (one: Counts) => number): number => all.reduce((sofar, one) => sofar + count(one), 0);
  const worst = (value: (one: Counts) => number | null): number | null => {
    const known = all.map(value).filter((one) => one !== null);
    return known.length === 0 ? null : known.reduce((a, b) => Math.max(a, b));
  };
  return {
    checks: total(({ checks }) => checks),
    healthy: total(({ healthy }) => healthy),
    degraded: total(({ degraded }) => degraded),
    unknown: total(({ unknown }) => unknown),
    timeouts: 0,
    p50: worst(({ p50 }) => p50),
    p95: worst(({ p95 }) => p95),
    p99: null,
    max: null,
  };
}

const writtenProbe = z.object({
  name: z.string(),
  type: z.string().optional(),
  every: z.number().optional(),
  timeout: z.number().optional(),
});
const writtenObjective = z.object({ probe: z.string() });
const writtenExperiment = z.object({
  steadyState: z.object({ probes: z.array(z.unknown()).catch([]), objectives: z.array(z.unknown()).catch([]) }),
});

function writtenProbes(experiment: Report['experiment']): Map<string, z.output<typeof writtenProbe>> {
  const probes = writtenExperiment.safeParse(experiment).data?.steadyState.probes ?? [];
  return new Map(
    probes.flatMap((probe) => {
      const { data } = writtenProbe.safeParse(probe);
      return data === undefined ? [] : [[data.name, data] as const];
    }),
  );
}

/** Probes with an objective decide; without any objective all do. */
function judgedNames(experiment: Report['experiment']): Set<string> {
  const objectives = writtenExperiment.safeParse(experiment).data?.steadyState.objectives ?? [];
  return new Set(objectives.flatMap((objective) => writtenObjective.safeParse(objective).data?.probe ?? []));
}
