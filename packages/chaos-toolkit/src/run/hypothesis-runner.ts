import type { Hypothesis } from '../experiment/experiment.ts';
import type { Variables } from '../python/template.ts';
import type { ActivityRunner } from './activity-runner.ts';
import type { Controls } from './controls.ts';
import type { HypothesisState, JournalEntry } from './journal.ts';
import type { DryMode } from './options.ts';
import { withinTolerance } from './tolerance.ts';

export interface HypothesisRunnerOptions {
  readonly hypothesis: Hypothesis;
  readonly activities: ActivityRunner;
  readonly controls: Controls;
  readonly variables: Variables;
  readonly dry: DryMode | undefined;
}

/** Checks the steady state once; ends with the first probe that fails or is not within its tolerance. */
export async function checkHypothesis(
  { hypothesis, activities, controls, variables, dry }: HypothesisRunnerOptions,
  signal: AbortSignal,
): Promise<HypothesisState> {
  const state: HypothesisState = { steady_state_met: null, probes: [] };
  await controls.around('hypothesis', hypothesis.raw, hypothesis.controls, async (withState) => {
    withState(state);
    const started: JournalEntry[] = [];
    for (const probe of hypothesis.probes) {
      const { entry, output } = await activities.run(probe, started, signal);
      state.probes.push(entry);
      entry.tolerance_met = entry.status === 'succeeded';
      if (entry.tolerance_met && dry !== 'probes' && dry !== 'activities') {
        const ask = (tolerance: typeof probe.raw, value: typeof output) => activities.ask(tolerance, value, signal);
        entry.tolerance_met = await withinTolerance(probe.raw['tolerance'], output, variables, ask);
      }
      if (entry.tolerance_met) continue;
      state.steady_state_met = false;
      return;
    }
    state.steady_state_met = true;
  });
  return state;
}

/** Whether a probe of the state failed outright, instead of being out of its tolerance. */
export function hasFailedProbe({ probes }: HypothesisState): boolean {
  return probes.some(({ status }) => status !== 'succeeded');
}
