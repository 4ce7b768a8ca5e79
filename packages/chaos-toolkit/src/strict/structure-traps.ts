import type { ChaosToolkitExperiment } from '../experiment/experiment.ts';
import { namedActivities } from '../experiment/parse-experiment.ts';
import { isDict, type PyDict } from '../python/value.ts';
import type { Finding } from '../run/finding.ts';
import { everyActivity } from './every-activity.ts';
import { type TrapRule, trap } from './trap.ts';

/** What the experiment as a whole leaves out or gets wrong. */
export const structureTraps: TrapRule = function* (experiment) {
  yield* hypothesisTraps(experiment);
  yield* referenceTraps(experiment);
  yield* strategyTraps(experiment);
  yield* secretTraps(experiment.secrets);
};

function* hypothesisTraps({ hypothesis }: ChaosToolkitExperiment): Generator<Finding> {
  if (hypothesis === undefined) {
    const remedy = 'Add a steady-state-hypothesis with probes.';
    yield trap(
      'nothing-checked',
      'steady-state-hypothesis',
      'without one the experiment passes whatever happens',
      remedy,
    );
  } else if (hypothesis.probes.length === 0) {
    const remedy = 'Add probes.';
    yield trap(
      'nothing-checked',
      'steady-state-hypothesis.probes',
      'without probes it is as if it were not there',
      remedy,
    );
  }
}

function* referenceTraps(experiment: ChaosToolkitExperiment): Generator<Finding> {
  const names = namedActivities(experiment);
  for (const entry of [...experiment.rollbacks, ...(experiment.hypothesis?.probes ?? [])]) {
    if (entry.kind === 'activity' || names.get(entry.ref)?.kind === 'activity') continue;
    const remedy = 'Write the activity out, or refer to one of the method or hypothesis.';
    yield trap(
      'reference-crashes',
      `${entry.path}.ref`,
      'refers to nothing, which ends the run without a journal',
      remedy,
    );
  }
  const seen = new Map<string, string>();
  for (const { name, path, section } of everyActivity(experiment)) {
    if (section === 'rollbacks') continue;
    const first = seen.get(name);
    const referred = [...experiment.method, ...experiment.rollbacks].some((entry) => entry.raw['ref'] === name);
    if (first !== undefined && referred) {
      yield trap(
        'name-ambiguous',
        `${path}.name`,
        `${first} has the same name; a reference means the last`,
        'Choose another name.',
      );
    }
    seen.set(name, path);
  }
}

function* strategyTraps({ runtime, hypothesis }: ChaosToolkitExperiment): Generator<Finding> {
  const strategy = (part: string) => {
    const section = runtime?.[part];
    return isDict(section) ? section['strategy'] : undefined;
  };
  if (strategy('rollbacks') === 'never') {
    const remedy = 'Remove it, or pass rollbackStrategy "never" to the run.';
    yield trap('never-rolled-back', 'runtime.rollbacks.strategy', 'what the method does is never undone', remedy);
  }
  if (strategy('hypothesis') === 'before-method-only' && hypothesis !== undefined) {
    const remedy = 'Use "default": the steady state is checked before and after.';
    yield trap('nothing-checked', 'runtime.hypothesis.strategy', 'nothing is checked after the method', remedy);
  }
}

function* secretTraps(secrets: PyDict): Generator<Finding> {
  for (const [scope, values] of Object.entries(secrets)) {
    if (isDict(values)) continue;
    const remedy = 'Put it into a scope: {"secrets": {"scope": {"name": …}}}.';
    yield trap('secret-unreachable', `secrets.${scope}`, 'a secret outside of a scope cannot be referred to', remedy);
  }
}
