import { ChaosError } from '../errors.ts';
import { carryImplementation, implementationOf } from '../probe/define-probe.ts';
import type { RecoveryProbe } from '../probe/probe.ts';
import type { Registry } from '../registry.ts';
import { checkExperiment, checkFault, checkPlain } from './check-experiment.ts';
import type { Experiment, FaultStep } from './experiment.ts';
import { numberSteps } from './number-steps.ts';
import { plainJson } from './plain-json.ts';
import { type Problem, problemError, valueAt } from './problem.ts';
import { readText } from './read-text.ts';
import { experimentSchema } from './schema.ts';
import { loneFault } from './step-schema.ts';
import { checkedBy } from './zod-schema.ts';

/**
 * Turns text (YAML or JSON), a value of unknown origin, or what it once returned into an experiment, checked against
 * what the plugins provide.
 * Probes that were written by a factory keep the implementation they carry. Throws `CHAOS_EXPERIMENT_UNREADABLE` for
 * text that is no YAML, else `CHAOS_EXPERIMENT_INVALID` with every problem as `path: expected … got …`.
 */
export function parseExperiment(input: unknown, registry: Registry): Experiment {
  if (isParsed(input)) return rechecked(input, registry);
  const written = typeof input === 'string' ? readText(input) : input;
  const { json, problems } = plainJson(written);
  if (problems.length > 0) throw invalid(problems);
  const checked = checkedBy(experimentSchema, json);
  if (!checked.ok) throw invalid(checked.problems);
  carryAlong(checked.value, written);
  parsed.add(checked.value);
  return rechecked(checked.value, registry);
}

/** What was parsed here is known again, so that `run(parse(text))` works: the two forms differ. */
const parsed = new WeakSet<object>();

function isParsed(input: unknown): input is Experiment {
  return typeof input === 'object' && input !== null && parsed.has(input);
}

function rechecked(experiment: Experiment, registry: Registry): Experiment {
  const inconsistent = checkExperiment(experiment, registry);
  if (inconsistent.length > 0) throw invalid(inconsistent);
  return experiment;
}

/**
 * The same for one fault, as given to `engine.inject`: there is no configuration, so `${…}` is no template but text.
 * When one thing is wrong the error has the code of that thing, for example `CHAOS_FAULT_UNKNOWN`.
 */
export function parseFault(input: unknown, registry: Registry): FaultStep {
  const { json, problems } = plainJson(input);
  if (problems.length > 0) throw invalid(problems, 'the fault');
  const checked = checkedBy(loneFault, json);
  if (!checked.ok) throw invalid(checked.problems, 'the fault');
  const [step] = numberSteps([{ id: 'fault', ...checked.value }]);
  if (step?.kind !== 'fault') throw new ChaosError('CHAOS_EXPERIMENT_INVALID', 'expected a fault');
  const inconsistent = checkFault(step, [], registry, checkPlain);
  if (inconsistent.length > 0) throw invalid(inconsistent, 'the fault');
  return step;
}

function invalid(problems: readonly Problem[], what?: string): ChaosError {
  const [first, ...others] = problems;
  const alone = what !== undefined && others.every(({ code }) => code === first?.code) ? first?.code : undefined;
  return problemError(alone ?? 'CHAOS_EXPERIMENT_INVALID', what ?? 'the experiment', problems);
}

function carryAlong(experiment: Experiment, written: unknown): void {
  experiment.steadyState.probes.forEach((probe, index) => {
    const carried = carriedBy(valueAt(written, ['steadyState', 'probes', index]));
    if (carried !== undefined) carryImplementation(probe, carried);
  });
}

function carriedBy(spec: unknown): RecoveryProbe | undefined {
  return typeof spec === 'object' && spec !== null ? implementationOf(spec) : undefined;
}
