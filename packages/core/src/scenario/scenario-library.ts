import type * as z from 'zod';
import { ChaosError } from '../errors.ts';
import { beneath, type Path, type Problem, problemError, shown } from '../experiment/problem.ts';
import { didYouMean } from '../experiment/suggestion.ts';
import { checkedBy } from '../experiment/zod-schema.ts';
import { type Disturbance, type DisturbanceInput, disturbanceSchema } from './disturbance.ts';
import { type ExpandOptions, expandScenario } from './expand-scenario.ts';
import type { WrittenExperiment } from './expansion.ts';
import { type Complexity, type Scenario, type ScenarioInput, scenarioSchema } from './scenario.ts';
import { type Suite, type SuiteInput, suiteSchema } from './suite.ts';

/** What a library is made of: data, as it is written. */
export interface LibraryParts {
  readonly disturbances?: readonly DisturbanceInput[];
  readonly scenarios?: readonly ScenarioInput[];
  readonly suites?: readonly SuiteInput[];
}

export interface ScenarioFilter {
  readonly category?: string;
  readonly complexity?: Complexity;
  readonly tag?: string;
}

/** Scenarios, suites of them, and the disturbances they are written in. Never changes; `with()` makes a larger one. */
export class ScenarioLibrary {
  readonly disturbances: readonly Disturbance[];
  readonly scenarios: readonly Scenario[];
  readonly suites: readonly Suite[];
  readonly #disturbances: ReadonlyMap<string, Disturbance>;
  readonly #scenarios: ReadonlyMap<string, Scenario>;
  readonly #suites: ReadonlyMap<string, Suite>;
  readonly #parts: LibraryParts;

  /** Throws `CHAOS_SCENARIO_INVALID` with every problem of every part: form, names said twice, names that do not exist. */
  constructor(parts: LibraryParts) {
    const problems: Problem[] = [];
    this.#parts = parts;
    this.disturbances = all(disturbanceSchema, parts.disturbances, 'disturbances', problems);
    this.scenarios = all(scenarioSchema, parts.scenarios, 'scenarios', problems);
    this.suites = all(suiteSchema, parts.suites, 'suites', problems);
    this.#disturbances = byName(this.disturbances, 'disturbances', problems);
    this.#scenarios = byName(this.scenarios, 'scenarios', problems);
    this.#suites = byName(this.suites, 'suites', problems);
    problems.push(...this.#strangers());
    if (problems.length > 0) throw problemError('CHAOS_SCENARIO_INVALID', 'the scenario library', problems);
  }

  /** These parts and those. A name that exists already is refused. */
  with({ disturbances = [], scenarios = [], suites = [] }: LibraryParts): ScenarioLibrary {
    const own = this.#parts;
    return new ScenarioLibrary({
      disturbances: [...(own.disturbances ?? []), ...disturbances],
      scenarios: [...(own.scenarios ?? []), ...scenarios],
      suites: [...(own.suites ?? []), ...suites],
    });
  }

  /** By name or alias. Throws `CHAOS_SCENARIO_UNKNOWN`. */
  scenario(name: string): Scenario {
    return found(this.#scenarios, name, 'scenario');
  }

  /** By name or alias. Throws `CHAOS_SCENARIO_UNKNOWN`. */
  suite(name: string): Suite {
    return found(this.#suites, name, 'suite');
  }

  /** Every scenario that fits all that is given, in the order they were written. */
  find({ category, complexity, tag }: ScenarioFilter): readonly Scenario[] {
    return this.scenarios.filter(
      (scenario) =>
        (category === undefined || scenario.category === category) &&
        (complexity === undefined || scenario.complexity === complexity) &&
        (tag === undefined || scenario.tags.includes(tag)),
    );
  }

  /**
   * The experiment that a scenario is with these parameters, for `engine.parse`: plan, guards, seeds and verdicts come
   * from there. Throws `CHAOS_SCENARIO_UNKNOWN`, and `CHAOS_SCENARIO_INVALID` with every problem and its path.
   */
  expand(name: string, options: ExpandOptions = {}): WrittenExperiment {
    const shelf = { disturbances: this.#disturbances, scenario: (used: string) => this.scenario(used) };
    return expandScenario(shelf, this.scenario(name), options);
  }

  #strangers(): Problem[] {
    return this.suites.flatMap(({ scenarios }, suite) =>
      scenarios.flatMap(({ scenario }, index) => {
        if (this.#scenarios.has(scenario)) return [];
        const path = ['suites', suite, 'scenarios', index];
        return [
          {
            path,
            message: `expected the name of a scenario, got ${shown(scenario)}${near(scenario, this.#scenarios)}`,
          },
        ];
      }),
    );
  }
}

interface Named {
  readonly name: string;
  readonly aliases?: readonly string[];
}

function all<Schema extends z.ZodType>(
  schema: Schema,
  parts: readonly unknown[] = [],
  list: string,
  problems: Problem[],
): readonly z.output<Schema>[] {
  return parts.flatMap((part, index) => {
    const checked = checkedBy(schema, part);
    if (checked.ok) return [checked.value];
    problems.push(...beneath([list, index], checked.problems));
    return [];
  });
}

function byName<Part extends Named>(
  parts: readonly Part[],
  list: string,
  problems: Problem[],
): ReadonlyMap<string, Part> {
  const named = new Map<string, Part>();
  for (const part of parts) {
    for (const name of [part.name, ...(part.aliases ?? [])]) {
      const path: Path = [list, parts.indexOf(part), 'name'];
      if (named.has(name)) problems.push({ path, message: `expected a unique name, got ${shown(name)} again` });
      named.set(name, part);
    }
  }
  return named;
}

function found<Part>(parts: ReadonlyMap<string, Part>, name: string, noun: string): Part {
  const part = parts.get(name);
  if (part !== undefined) return part;
  throw new ChaosError(
    'CHAOS_SCENARIO_UNKNOWN',
    `expected the name of a ${noun}, got ${shown(name)}${near(name, parts)}`,
  );
}

function near(name: string, parts: ReadonlyMap<string, unknown>): string {
  const suggestion = didYouMean(name, parts.keys());
  if (suggestion !== '') return suggestion;
  return parts.size === 0 ? '; the library has none' : `; there are ${[...parts.keys()].sort().join(', ')}`;
}
