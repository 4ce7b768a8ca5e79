import type { Json, JsonObject } from '../json.ts';
import type { Experiment, Step } from './experiment.ts';
import type { Path, Problem } from './problem.ts';
import { didYouMean } from './suggestion.ts';
import { type Reference, referencesIn } from './template.ts';
import { childrenOf } from './walk-steps.ts';

/** References that can be known to lead nowhere before anything runs. */
export function checkReferences(experiment: Experiment): Problem[] {
  const check = new ReferenceCheck(experiment);
  experiment.steadyState.probes.forEach((probe, index) => {
    check.value(probe.options, ['steadyState', 'probes', index], new Set());
  });
  if (experiment.load !== undefined) check.value(experiment.load.options, ['load'], new Set());
  check.steps(experiment.faults, ['faults']);
  return check.problems;
}

class ReferenceCheck {
  readonly problems: Problem[] = [];
  readonly #declared: ReadonlyMap<string, readonly string[]>;

  constructor({ configuration, secrets }: Experiment) {
    this.#declared = new Map([
      ['configuration', Object.keys(configuration)],
      ['secrets', Object.keys(secrets)],
    ]);
  }

  steps(steps: readonly Step[], path: Path): void {
    this.#inOrder(
      steps.map((step, index) => ({ step, path: [...path, index] })),
      new Set(),
    );
  }

  value(value: Json | JsonObject | undefined, path: Path, before: ReadonlySet<string>): void {
    for (const reference of referencesIn(value, path)) {
      const message = this.#complaint(reference, before);
      if (message !== undefined) this.problems.push({ path: reference.path, message });
    }
  }

  /** Returns the ids whose outputs exist after these steps. */
  #inOrder(steps: readonly { readonly step: Step; readonly path: Path }[], before: ReadonlySet<string>): Set<string> {
    const done = new Set(before);
    for (const { step, path } of steps) for (const id of this.#step(step, path, done)) done.add(id);
    return done;
  }

  #step(step: Step, path: Path, before: ReadonlySet<string>): Iterable<string> {
    this.value(step.when && { ...step.when }, [...path, 'when'], before);
    switch (step.kind) {
      case 'fault':
        this.value(step.params, [...path, 'params'], before);
        this.value(step.target.query, [...path, 'target', step.target.kind], before);
        return [step.id];
      case 'load':
        this.value(step.options, [...path, 'load'], before);
        return [step.id];
      case 'parallel':
        return childrenOf(step, path).flatMap((child) => [...this.#step(child.step, child.path, before)]);
      case 'serial':
      case 'repeat':
        return this.#inOrder(childrenOf(step, path), before);
      case 'delay':
      case 'probe':
        return [step.id];
    }
  }

  #complaint({ name }: Reference, before: ReadonlySet<string>): string | undefined {
    const [scope = '', key = ''] = name.split('.');
    if (scope === 'outputs') {
      if (before.has(key)) return undefined;
      return `expected the id of an earlier step, got \${${name}}${didYouMean(key, before)}`;
    }
    const declared = this.#declared.get(scope);
    if (declared === undefined) {
      const near = didYouMean(scope, ['configuration', 'secrets', 'outputs']);
      return `expected \${configuration.…}, \${secrets.…} or \${outputs.…}, got \${${name}}${near}`;
    }
    if (declared.includes(key)) return undefined;
    return `expected a key declared in ${scope}, got \${${name}}${didYouMean(key, declared)}`;
  }
}
