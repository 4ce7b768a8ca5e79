import type { ExperimentPlan, PlannedFaultStep, PlannedStep } from '@bridge/chaos-core';
import type { Colour } from '../terminal/colour.ts';
import { plainText } from '../terminal/plain-text.ts';
import { duration } from './duration.ts';

type Paint = (style: Colour, text: string) => string;

/** A plan for people: what would be done to what, when, and what is in the way. */
export function planLines(plan: ExperimentPlan, paint: Paint): string[] {
  const { baseline, method, recovery, maxDuration } = plan.phases;
  const lines = [
    `${paint('bold', plan.experiment)}  seed ${plan.seed}`,
    `  baseline ${duration(baseline)}, method ${duration(method)}, recovery up to ${duration(recovery)}, at most ${duration(maxDuration)}`,
    ...plan.probes.map(({ name, type, every, timeout }) => {
      return `  probe ${name} (${type}) every ${duration(every)}, time-out ${duration(timeout)}`;
    }),
    ...plan.steps.flatMap((step) => stepLines(step)),
  ];
  return [
    ...lines.map(plainText),
    ...plan.warnings.map((warning) => paint('yellow', plainText(`  warning: ${warning}`))),
    ...plan.obstacles.map((obstacle) => paint('red', plainText(`  obstacle: ${obstacle}`))),
    plan.ready ? paint('green', '  ready: nothing is in the way') : paint('red', '  not ready'),
  ];
}

function stepLines(step: PlannedStep): string[] {
  const when = `  +${duration(step.at)}`.padEnd(12);
  const fate = step.outcome.state === 'ready' ? '' : `: ${step.outcome.state}, ${step.outcome.reason}`;
  switch (step.kind) {
    case 'fault':
      return faultLines(step, when, fate);
    case 'delay':
      return [`${when}wait ${duration(step.delay)}${fate}`];
    case 'probe':
      return [`${when}look at probe ${step.probe}${fate}`];
    case 'load':
      return [
        `${when}load ${step.type} ${step.for === null ? 'until all steps are done' : `for ${duration(step.for)}`}${fate}`,
      ];
  }
}

function faultLines(step: PlannedFaultStep, when: string, fate: string): string[] {
  if (step.outcome.state !== 'ready') return [`${when}${step.type} (risk ${step.risk})${fate}`];
  return [
    `${when}${step.type} (risk ${step.risk}) on ${step.outcome.explanation}`,
    ...step.outcome.faults.map(({ description, hold, allowed, opinions }) => {
      const refusals = opinions.flatMap((opinion) =>
        opinion.allowed ? [] : [`by ${opinion.rule}: ${opinion.reason}`],
      );
      const verdict = allowed ? '' : ` REFUSED ${refusals.join('; ')}`;
      return `              ${description}${hold === null ? '' : `, held ${duration(hold)}`}${verdict}`;
    }),
  ];
}
