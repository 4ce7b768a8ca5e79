import { plainJson } from '../experiment/plain-json.ts';
import { beneath, type Path, type Problem, problemError, shown } from '../experiment/problem.ts';
import { readText } from '../experiment/read-text.ts';
import { didYouMean } from '../experiment/suggestion.ts';
import { checkedBy } from '../experiment/zod-schema.ts';
import type { Json } from '../json.ts';
import { disturbanceSchema } from './disturbance.ts';
import type { AliasTable } from './foreign/alias-table.ts';
import { isForeign } from './foreign/foreign-form.ts';
import { translateScenario } from './foreign/translate.ts';
import { type Scenario, scenarioSchema } from './scenario.ts';
import type { LibraryParts } from './scenario-library.ts';
import { suiteSchema } from './suite.ts';

const LISTS = ['disturbances', 'scenarios', 'suites'] as const;

/**
 * Parts of a library from text (YAML or JSON) or a value of unknown origin: `{ scenarios?, suites?, disturbances? }`, or
 * one scenario. Scenarios with `action_type` and `injector_name` are translated by the table; without one they are
 * refused. Throws `CHAOS_EXPERIMENT_UNREADABLE`, or `CHAOS_SCENARIO_INVALID` with every problem and its path.
 */
export function parseScenarios(input: unknown, aliases?: AliasTable): LibraryParts {
  const { json, problems: odd } = plainJson(typeof input === 'string' ? readText(input, 'scenarios') : input);
  const problems: Problem[] = [...odd];
  const parts = odd.length === 0 ? partsOf(json, aliases, problems) : {};
  if (problems.length > 0) throw problemError('CHAOS_SCENARIO_INVALID', 'the scenarios', problems);
  return parts;
}

function partsOf(json: Json, aliases: AliasTable | undefined, problems: Problem[]): LibraryParts {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    problems.push({ path: [], message: `expected { scenarios: [ … ] } or one scenario, got ${shown(json)}` });
    return {};
  }
  if ('steps' in json) return { scenarios: scenario(json, [], aliases, problems) };
  const strangers = Object.keys(json).filter((key) => !LISTS.some((list) => list === key));
  for (const key of strangers) {
    problems.push({ path: [key], message: `expected ${LISTS.join(', ')}, got ${shown(key)}${didYouMean(key, LISTS)}` });
  }
  if (Object.keys(json).length === 0) {
    problems.push({ path: [], message: `expected at least one of ${LISTS.join(', ')}, got an empty object` });
  }
  const items = (key: (typeof LISTS)[number]): readonly unknown[] => {
    const list: unknown = Reflect.get(json, key);
    if (list === undefined || Array.isArray(list)) return list ?? [];
    problems.push({ path: [key], message: `expected a list, got ${shown(list)}` });
    return [];
  };
  return {
    disturbances: items('disturbances').flatMap((item, index) => {
      const checked = checkedBy(disturbanceSchema, item);
      return checked.ok ? [checked.value] : refused(['disturbances', index], checked.problems, problems);
    }),
    scenarios: items('scenarios').flatMap((item, index) => scenario(item, ['scenarios', index], aliases, problems)),
    suites: items('suites').flatMap((item, index) => {
      const checked = checkedBy(suiteSchema, item);
      return checked.ok ? [checked.value] : refused(['suites', index], checked.problems, problems);
    }),
  };
}

function scenario(item: unknown, path: Path, aliases: AliasTable | undefined, problems: Problem[]): Scenario[] {
  if (!isForeign(item)) return checkedScenario(item, path, problems);
  if (aliases === undefined) {
    const message =
      'expected steps of this library, got steps with "action_type"; give parseScenarios a table of aliases';
    return refused(path, [{ path: ['steps'], message }], problems);
  }
  const translation = translateScenario(item, aliases);
  if (!translation.ok) return refused(path, translation.problems, problems);
  return checkedScenario(translation.scenario, path, problems);
}

function checkedScenario(item: unknown, path: Path, problems: Problem[]): Scenario[] {
  const checked = checkedBy(scenarioSchema, item);
  return checked.ok ? [checked.value] : refused(path, checked.problems, problems);
}

function refused(path: Path, found: readonly Problem[], problems: Problem[]): never[] {
  problems.push(...beneath(path, found));
  return [];
}
