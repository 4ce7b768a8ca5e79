import type { JsonObject } from '../json.ts';
import type { Experiment, ExperimentProbe, Selector, Step, ValueSource } from './experiment.ts';

/**
 * A parsed experiment as it would be written: `parse` of it gives the same again. Everything is said, defaults too;
 * templates stand as they stood. A probe that carries its implementation is written by its type alone, so that only an
 * engine with a plugin for that type can read it.
 */
export function writtenExperiment(experiment: Experiment): JsonObject {
  const { configuration, secrets, steadyState, load, faults, recovery, stopWhen, tags, ...single } = experiment;
  return {
    ...single,
    tags: [...tags],
    configuration: writtenSources(configuration),
    secrets: writtenSources(secrets),
    steadyState: {
      ...steadyState,
      probes: steadyState.probes.map(writtenProbe),
      objectives: steadyState.objectives.map((objective) => ({ ...objective })),
    },
    ...(load === undefined ? {} : { load: writtenTyped(load) }),
    faults: faults.map(writtenStep),
    recovery: { ...recovery },
    stopWhen: stopWhen.map((condition) => ({ ...condition })),
  };
}

function writtenSources(sources: Experiment['configuration']): JsonObject {
  return Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, writtenSource(source)]));
}

function writtenSource(source: ValueSource): JsonObject {
  switch (source.from) {
    case 'literal':
      return { literal: source.value };
    case 'env':
      return { env: source.name, ...(source.default === undefined ? {} : { default: source.default }) };
    case 'file':
      return { file: source.path };
  }
}

function writtenProbe({ name, type, every, timeout, business, options }: ExperimentProbe): JsonObject {
  const own = { name, type, every, timeout };
  return { ...options, ...own, ...(business === undefined ? {} : { business: { ...business } }) };
}

function writtenTyped({ type, options }: { readonly type: string; readonly options: JsonObject }): JsonObject {
  return { ...options, type };
}

function writtenSelector({ kind, query, pick, onEmpty }: Selector): JsonObject {
  return { [kind]: query, pick, onEmpty };
}

function writtenStep(step: Step): JsonObject {
  const named = { id: step.id, ...(step.when === undefined ? {} : { when: { ...step.when } }) };
  switch (step.kind) {
    case 'fault': {
      const { kind: _, target, when: __, ...fault } = step;
      return { ...fault, ...named, target: writtenSelector(target) };
    }
    case 'serial':
    case 'parallel':
      return { ...named, [step.kind]: step.steps.map(writtenStep) };
    case 'delay':
      return { ...named, delay: step.delay };
    case 'repeat':
      return { ...named, repeat: step.times, steps: step.steps.map(writtenStep) };
    case 'probe':
      return { ...named, probe: step.probe };
    case 'load':
      return { ...named, load: writtenTyped(step), ...(step.for === undefined ? {} : { for: step.for }) };
  }
}
