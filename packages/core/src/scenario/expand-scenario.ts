import type { ExperimentInput, Plugins } from '../experiment/input.ts';
import { beneath, type Path, type Problem, problemError, shown } from '../experiment/problem.ts';
import type { JsonObject } from '../json.ts';
import type { Disturbance } from './disturbance.ts';
import { StepExpansion } from './expand-steps.ts';
import { type Observed, together, type WrittenExperiment } from './expansion.ts';
import { Filling } from './fill.ts';
import { type ParameterValues, parameterValues } from './parameter.ts';
import type { Scenario } from './scenario.ts';
import { scaled } from './time-scale.ts';

/**
 * What the system under test says for every scenario: its probes, objectives, stop conditions. Lists come on top of the
 * scenario's own, other members take their place.
 */
export type ExperimentOverlay = Partial<Omit<ExperimentInput<Plugins>, 'name' | 'faults' | 'seed'>>;

export interface ExpandOptions {
  readonly parameters?: ParameterValues;
  readonly experiment?: ExperimentOverlay;
  /** Default: the scenario's name. */
  readonly name?: string;
  readonly seed?: number;
  /**
   * Multiplies how long things last: baseline, holds, delays, hold of the recovery. Deadlines and faults stay. Default 1:
   * as the scenario says.
   */
  readonly timeScale?: number;
}

/** Where an expansion finds what a scenario refers to by name. */
export interface Shelf {
  readonly disturbances: ReadonlyMap<string, Disturbance>;
  scenario(name: string): Scenario;
}

/** Throws `CHAOS_SCENARIO_INVALID` with every problem and its path. */
export function expandScenario(shelf: Shelf, scenario: Scenario, options: ExpandOptions = {}): WrittenExperiment {
  const expansion = new Expansion(shelf);
  const { timeScale = 1 } = options;
  if (!(Number.isFinite(timeScale) && timeScale > 0)) {
    expansion.problems.push({ path: ['timeScale'], message: `expected a factor above 0, got ${shown(timeScale)}` });
  }
  const own = expansion.scenario(scenario, options.parameters ?? {}, ['parameters'], []);
  const written = overlaid(own, options.experiment ?? {}, expansion.problems);
  if (expansion.problems.length > 0) {
    throw problemError('CHAOS_SCENARIO_INVALID', `scenario ${scenario.name}`, expansion.problems);
  }
  const { name, seed } = options;
  const named = { ...written, ...(name === undefined ? {} : { name }), ...(seed === undefined ? {} : { seed }) };
  return scaled(named, timeScale);
}

/** Scenarios that use several others, which use several others, grow without end. */
const MOST_USES = 1_000;
const DEEPEST_USE = 10;

class Expansion {
  readonly problems: Problem[] = [];
  #uses = 0;
  readonly #shelf: Shelf;

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  /** `above`: the scenarios that use this one, outermost first. */
  scenario(scenario: Scenario, values: ParameterValues, path: Path, above: readonly string[]): WrittenExperiment {
    const { name, description, category, complexity, parameters, aliases: _, tags, ...rest } = scenario;
    const checked = parameterValues(parameters, values);
    if (!checked.ok) this.problems.push(...beneath(path, checked.problems));
    const filling = new Filling(checked.ok ? checked.value : new Map(), Object.keys(parameters));
    const fill = <Part>(part: Part, key: string): unknown => filling.fill(part, [key]);
    const { steps, steadyState, configuration, secrets, stopWhen, ...single } = rest;
    const filled = fill(steps, 'steps');
    let observed = this.#observed({ steadyState, configuration, secrets, stopWhen }, filling);
    const use = (used: string, given: ParameterValues, at: Path): readonly unknown[] => {
      const inner = this.#used(used, given, at, [...above, name]);
      if (inner === undefined) return [];
      const merged = together(observed, inner, at);
      this.problems.push(...merged.problems);
      observed = merged.observed;
      return inner.load === undefined ? inner.faults : [{ load: inner.load }, ...inner.faults];
    };
    const expansion = new StepExpansion(this.#shelf.disturbances, use);
    // Without its values every step would be a problem of its own, and none of them the cause.
    const faults = checked.ok ? expansion.steps(listOf(filled), ['steps']) : [];
    this.problems.push(...(checked.ok ? [...filling.problems, ...expansion.problems] : []));
    const members = Object.entries(single).map(([key, member]) => [key, fill(member, key)] as const);
    return {
      name,
      description,
      tags: [`scenario:${name}`, `category:${category}`, `complexity:${complexity}`, ...tags],
      ...observed,
      faults,
      ...Object.fromEntries(members.filter(([, member]) => member !== undefined)),
    };
  }

  #observed(written: Pick<Scenario, keyof Observed>, filling: Filling): Observed {
    const { steadyState, configuration, secrets, stopWhen } = written;
    const { hypothesis } = steadyState;
    return {
      configuration,
      secrets,
      steadyState: {
        ...(hypothesis === undefined
          ? {}
          : { hypothesis: String(filling.fill(hypothesis, ['steadyState', 'hypothesis'])) }),
        probes: listOf(filling.fill(steadyState.probes, ['steadyState', 'probes'])),
        objectives: listOf(filling.fill(steadyState.objectives, ['steadyState', 'objectives'])),
      },
      stopWhen: listOf(filling.fill(stopWhen, ['stopWhen'])),
    };
  }

  #used(name: string, values: ParameterValues, path: Path, above: readonly string[]): WrittenExperiment | undefined {
    const scenario = this.#shelf.scenario(name);
    this.#uses += 1;
    if (this.#uses > MOST_USES || above.length > DEEPEST_USE) {
      const message = `expected at most ${MOST_USES} uses, ${DEEPEST_USE} deep, got more`;
      if (this.#uses <= MOST_USES + 1) this.problems.push({ path: [...path, 'use'], message });
      return undefined;
    }
    if (!above.includes(scenario.name)) return this.scenario(scenario, values, [...path, 'with'], above);
    const chain = [...above, scenario.name].join(' uses ');
    this.problems.push({
      path: [...path, 'use'],
      message: `expected scenarios that do not use themselves, got ${chain}`,
    });
    return undefined;
  }
}

function overlaid(own: WrittenExperiment, overlay: ExperimentOverlay, problems: Problem[]): WrittenExperiment {
  const { steadyState = {}, configuration, secrets, stopWhen, tags = [], recovery, ...single } = overlay;
  const { probes = [], objectives = [], hypothesis } = steadyState;
  const extra: Observed = {
    configuration: plain(configuration),
    secrets: plain(secrets),
    steadyState: { probes, objectives, ...(hypothesis === undefined ? {} : { hypothesis }) },
    stopWhen: stopWhen ?? [],
  };
  const merged = together(extra, own, ['experiment']);
  problems.push(...merged.problems);
  const both = recovery === undefined ? own.recovery : { ...plain(own.recovery), ...recovery };
  return {
    ...own,
    ...merged.observed,
    ...single,
    tags: [...new Set([...own.tags, ...tags])],
    ...(both === undefined ? {} : { recovery: both }),
  };
}

function plain(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
