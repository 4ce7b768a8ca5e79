import type { Experiment } from '../experiment/experiment.ts';
import type { ExperimentPlan } from '../plan/experiment-plan.ts';
import type { Report } from '../run/report-schema.ts';
import { passes } from '../run/verdict.ts';
import type { Target } from '../target/target.ts';
import type { Deed, DeedPlan, DeedResult } from './deed.ts';

/** A run of an experiment as a thing to do. Its targets are picked anew each time, by the seed of the order. */
export function experimentDeed(experiment: Experiment): Deed {
  return {
    name: experiment.name,
    kind: 'experiment',
    plan: async (host, order) => plannedDeed(await host.plan(experiment, order)),
    async perform(host, order) {
      const run = host.run(experiment, order);
      const report = await run.report;
      return { ...judged(report, experiment.expect), runs: [run.id] };
    },
  };
}

/** A fault by itself, held for its time. Passed when its effect and its end are proven: nothing else is looked at. */
export function faultDeed(name: string, experiment: Experiment): Deed {
  return {
    ...experimentDeed(experiment),
    name,
    kind: 'fault',
    async perform(host, order) {
      const run = host.run(experiment, order);
      const report = await run.report;
      const unwatched = report.reasons.every(({ code }) => code === 'no-probes' || code === 'no-impact');
      if (!unwatched) return { ...judged(report, 'recovered'), runs: [run.id] };
      return { outcome: 'passed', detail: 'took effect and was undone', runs: [run.id] };
    },
  };
}

/** What a plan of the engine says to a schedule. */
export function plannedDeed({ obstacles, steps, phases }: ExperimentPlan): DeedPlan {
  const targets = steps.flatMap((step): readonly Target[] =>
    step.kind === 'fault' && step.outcome.state === 'ready' ? step.outcome.faults.map(({ target }) => target) : [],
  );
  const lasts = Math.min(phases.maxDuration, phases.baseline + phases.method + phases.recovery);
  const open = steps.some((step) => step.depends.length > 0 || step.outcome.state === 'deferred');
  return { targets: distinct(targets), obstacles, lasts, ...(open ? { open } : {}) };
}

function distinct(targets: readonly Target[]): Target[] {
  return [
    ...new Map(targets.map((target) => [`${target.kind}/${target.connection ?? ''}/${target.id}`, target])).values(),
  ];
}

const UNDECIDED: ReadonlySet<string> = new Set(['invalid', 'aborted', 'inconclusive']);

function judged({ verdict, reasons }: Report, expect: Experiment['expect']): Omit<DeedResult, 'runs'> {
  const detail = [verdict, reasons[0]?.sentence].filter((part) => part !== undefined).join(': ');
  if (passes(verdict, expect)) return { outcome: 'passed', detail };
  return { outcome: UNDECIDED.has(verdict) ? 'inconclusive' : 'failed', detail };
}
