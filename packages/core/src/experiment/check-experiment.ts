import type * as z from 'zod';
import type { ErrorCode } from '../errors.ts';
import type { Json } from '../json.ts';
import { alternatives, type Registry } from '../registry.ts';
import { checkReferences } from './check-references.ts';
import type { Condition, Experiment, ExperimentProbe, FaultStep, Step } from './experiment.ts';
import { compilePattern } from './pattern.ts';
import { beneath, type Path, type Problem, shown } from './problem.ts';
import { didYouMean } from './suggestion.ts';
import { referencesIn, resolveTemplates } from './template.ts';
import { allSteps, unrolledSize } from './walk-steps.ts';
import { checkedBy } from './zod-schema.ts';

const MOST_STEPS = 10_000;

/** What the form alone cannot tell: names that refer to each other and to what the plugins provide. */
export function checkExperiment(experiment: Experiment, registry: Registry): Problem[] {
  const probes = experiment.steadyState.probes.map(({ name }) => name);
  return [
    ...checkReferences(experiment),
    ...unique(probes.map((name, index) => ({ name, path: ['steadyState', 'probes', index, 'name'] }))),
    ...experiment.steadyState.probes.flatMap((probe, index) =>
      checkProbe(probe, ['steadyState', 'probes', index], registry),
    ),
    ...probeNames(experiment, probes),
    ...(experiment.load === undefined ? [] : checkLoad(experiment.load, ['load'], registry)),
    ...checkSteps(experiment.faults, probes, registry),
  ];
}

function checkSteps(steps: readonly Step[], probes: readonly string[], registry: Registry): Problem[] {
  const size = unrolledSize(steps);
  if (size > MOST_STEPS) {
    const message = `expected at most ${MOST_STEPS} steps once repeats are unrolled, got ${size}`;
    return [{ path: ['faults'], message }];
  }
  const all = [...allSteps(steps)];
  return [
    ...unique(all.map(({ step, path }) => ({ name: step.id, path: [...path, 'id'] }))),
    ...all.flatMap(({ step, path }) => checkStep(step, path, probes, registry)),
  ];
}

function checkStep(step: Step, path: Path, probes: readonly string[], registry: Registry): Problem[] {
  const condition = step.when === undefined ? [] : checkCondition(step.when, [...path, 'when']);
  switch (step.kind) {
    case 'fault':
      return [...condition, ...checkFault(step, path, registry)];
    case 'load':
      return [...condition, ...checkLoad(step, [...path, 'load'], registry)];
    case 'probe':
      return [...condition, ...probeName(step.probe, [...path, 'probe'], probes)];
    default:
      return condition;
  }
}

/** The fault type exists, acts on this kind of target, and takes these params and this query. */
export function checkFault(
  step: FaultStep,
  path: Path,
  registry: Registry,
  check: ValueCheck = checkTemplated,
): Problem[] {
  const fault = registry.faults.get(step.type);
  if (fault === undefined)
    return [unknown('CHAOS_FAULT_UNKNOWN', 'fault type', step.type, registry.faults, [...path, 'type'])];
  const params = check(fault.params, step.params, [...path, 'params'], 'CHAOS_FAULT_PARAMS_INVALID');
  return [...params, ...checkTarget(step, fault.target, [...path, 'target'], registry, check)];
}

function checkTarget(
  { type, target }: FaultStep,
  kind: string,
  path: Path,
  registry: Registry,
  check: ValueCheck,
): Problem[] {
  if (target.kind !== kind) {
    return [{ path, message: `expected a target of kind "${kind}" for ${type}, got ${shown(target.kind)}` }];
  }
  const source = registry.sources.get(kind);
  if (source === undefined)
    return [unknown('CHAOS_TARGET_KIND_UNKNOWN', 'target kind', kind, registry.sources, [...path, kind])];
  return check(source.query, target.query, [...path, kind], 'CHAOS_TARGET_QUERY_INVALID');
}

function checkProbe(probe: ExperimentProbe, path: Path, registry: Registry): Problem[] {
  const carried = registry.findProbe(probe);
  if (carried === undefined)
    return [unknown('CHAOS_PROBE_UNKNOWN', 'probe type', probe.type, registry.probes, [...path, 'type'])];
  return checkTemplated(carried.options, probe.options, path, 'CHAOS_PROBE_INVALID');
}

function checkLoad(load: { readonly type: string; readonly options: Json }, path: Path, registry: Registry): Problem[] {
  const generator = registry.loads.get(load.type);
  if (generator === undefined)
    return [unknown('CHAOS_LOAD_UNKNOWN', 'load type', load.type, registry.loads, [...path, 'type'])];
  return checkTemplated(generator.options, load.options, path, 'CHAOS_LOAD_INVALID');
}

function checkCondition({ matches }: Condition, path: Path): Problem[] {
  if (matches === undefined || referencesIn(matches).length > 0) return [];
  const pattern = compilePattern(matches);
  return pattern.ok ? [] : [{ path: [...path, 'matches'], message: pattern.message }];
}

type ValueCheck = (schema: z.ZodType, value: Json, path: Path, code: ErrorCode) => Problem[];

/** The value as it stands. */
export const checkPlain: ValueCheck = (schema, value, path, code) => {
  const checked = checkedBy(schema, value);
  return checked.ok ? [] : beneath(path, checked.problems).map((problem) => ({ code, ...problem }));
};

/** A value with references is checked once these are resolved. */
function checkTemplated(schema: z.ZodType, value: Json, path: Path, code: ErrorCode): Problem[] {
  if (referencesIn(value).length > 0) return [];
  return checkPlain(schema, resolveTemplates(value, { configuration: {}, secrets: {}, outputs: {} }), path, code);
}

function probeNames({ steadyState, stopWhen }: Experiment, probes: readonly string[]): Problem[] {
  return [
    ...steadyState.objectives.flatMap(({ probe }, index) =>
      probeName(probe, ['steadyState', 'objectives', index, 'probe'], probes),
    ),
    ...stopWhen.flatMap(({ probe }, index) =>
      probe === undefined ? [] : probeName(probe, ['stopWhen', index, 'probe'], probes),
    ),
  ];
}

function probeName(name: string, path: Path, probes: readonly string[]): Problem[] {
  if (probes.includes(name)) return [];
  const message = `expected the name of a probe in steadyState.probes, got ${shown(name)}${didYouMean(name, probes)}`;
  return [{ path, message }];
}

function unique(names: readonly { readonly name: string; readonly path: Path }[]): Problem[] {
  const seen = new Set<string>();
  return names.flatMap(({ name, path }) => {
    if (seen.has(name)) return [{ path, message: `expected a unique name, got ${shown(name)} again` }];
    seen.add(name);
    return [];
  });
}

function unknown(
  code: ErrorCode,
  noun: string,
  name: string,
  parts: ReadonlyMap<string, unknown>,
  path: Path,
): Problem {
  return { code, path, message: `expected a ${noun} of a plugin, got ${shown(name)}${alternatives(name, parts)}` };
}
