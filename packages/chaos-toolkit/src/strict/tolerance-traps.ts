import type { Activity } from '../experiment/experiment.ts';
import { parseJsonPath } from '../json-path/parse-path.ts';
import type { Expression, Path, Subscript } from '../json-path/path.ts';
import { isDict, isList, type PyDict } from '../python/value.ts';
import type { Finding } from '../run/finding.ts';
import { everyActivity } from './every-activity.ts';
import { type TrapRule, trap } from './trap.ts';

/** Tolerances that are not asked, never hold, or end the run. */
export const toleranceTraps: TrapRule = function* (experiment) {
  for (const activity of everyActivity(experiment)) {
    if (activity.tolerance === undefined) continue;
    const path = `${activity.path}.tolerance`;
    if (activity.section === 'hypothesis') yield* inHypothesis(activity, path);
    else {
      const remedy = 'Move the probe into the steady-state-hypothesis.';
      yield trap('tolerance-ignored', path, 'only probes of the hypothesis are held to their tolerance', remedy);
    }
  }
};

/** Output of these is a mapping with `status`, not a plain value. */
const withStatus = ({ provider }: Activity): boolean => provider.type === 'process' || provider.type === 'http';

function* inHypothesis(activity: Activity, path: string): Generator<Finding> {
  const { tolerance } = activity;
  if (isDict(tolerance)) {
    yield* typed(activity, tolerance, path);
    return;
  }
  if (!withStatus(activity)) return;
  const body = activity.provider.type === 'http' ? 'body' : 'stdout';
  if (typeof tolerance === 'string' && !/^\$\{.*\}$/.test(tolerance)) {
    const remedy = `Say {"type": "regex", "pattern": …, "target": "${body}"}.`;
    yield trap('tolerance-never-met', path, 'a text is compared with the whole output, which is a mapping', remedy);
  }
  if (typeof tolerance === 'boolean') {
    const remedy = 'Say the status that is right: 0 for a program, 200 for a server.';
    yield trap('tolerance-never-met', path, 'a boolean is compared with the whole output, which is a mapping', remedy);
  }
  if (isList(tolerance) && tolerance.length === 2) {
    const remedy =
      'For a range say {"type": "range", "range": [low, high], "target": "status"}; for two statuses write one of them twice: [a, b, b].';
    yield trap(
      'list-is-not-a-range',
      path,
      'two numbers are a range elsewhere, but here only these two statuses',
      remedy,
    );
  }
}

function* typed(activity: Activity, tolerance: PyDict, path: string): Generator<Finding> {
  const { type, target } = tolerance;
  if ((type === 'regex' || type === 'range') && withStatus(activity) && typeof target !== 'string') {
    const remedy = `Add "target", for example "${activity.provider.type === 'http' ? 'body' : 'stdout'}".`;
    yield trap(
      'tolerance-crashes',
      path,
      'without a target it is applied to a mapping, which ends the run without a journal',
      remedy,
    );
  }
  if (type === 'jsonpath') yield* pathTraps(activity, tolerance, path);
  if (type === 'range' && JSON.stringify(tolerance['range']).includes('$')) {
    yield trap('not-substituted', `${path}.range`, 'variables are not put into a range', 'Write numbers.');
  }
  const { provider } = tolerance;
  if (type === 'probe' && isDict(provider) && !isDict(provider['arguments'])) {
    const remedy = 'Write "arguments": {}.';
    yield trap(
      'tolerance-crashes',
      `${path}.provider`,
      'without arguments the value cannot be added, which ends the run',
      remedy,
    );
  }
}

function* pathTraps(activity: Activity, tolerance: PyDict, path: string): Generator<Finding> {
  if ('count' in tolerance && 'expect' in tolerance) {
    yield trap('count-ignored', `${path}.count`, '"expect" wins over "count"', 'Remove one of the two.');
  }
  const { path: text, target } = tolerance;
  if (typeof text !== 'string') return;
  const parsed = parseJsonPath(text.trim());
  const [first] = parsed.steps.flatMap(({ subscripts }) => subscripts);
  const outer = ['status', 'stdout', 'stderr', 'headers', 'body'];
  if (withStatus(activity) && target === undefined && first?.kind === 'key' && !outer.includes(first.key)) {
    const remedy = `Add "target": "${activity.provider.type === 'http' ? 'body' : 'stdout'}", or start at one of ${outer.join(', ')}.`;
    yield trap(
      'jsonpath-misses',
      `${path}.path`,
      'it looks at the whole output, not at what the program or server said',
      remedy,
    );
  }
  if (everySubscript(parsed).some(({ kind }) => kind === 'filter')) yield* filterTraps(parsed, text, `${path}.path`);
}

function* filterTraps(parsed: Path, text: string, path: string): Generator<Finding> {
  const filters = everySubscript(parsed).filter((one) => one.kind === 'filter');
  if (filters.some(({ expression }) => mixes(expression)) && !/\)\s*(?:and|or)|(?:and|or)\s*\(/.test(text)) {
    const remedy = 'Put parentheses around every part.';
    yield trap('inverted-precedence', path, '"or" binds tighter than "and" in this dialect', remedy);
  }
  for (const [index, step] of parsed.steps.entries()) {
    const before = parsed.steps[index - 1]?.subscripts;
    if (!step.subscripts.some(({ kind }) => kind === 'filter') || before?.some(selectsMany)) continue;
    const remedy = 'Put [*] in front of the filter: $.items[*][?(…)].';
    yield trap('filter-looks-at-node', path, 'a filter is applied to the node itself, not to its children', remedy);
  }
}

function selectsMany({ kind }: Subscript): boolean {
  return kind === 'wildcard' || kind === 'slice';
}

function everySubscript({ steps }: Path): Subscript[] {
  return steps.flatMap(({ subscripts }) => [...subscripts]);
}

/** Whether `and` and `or` are in one expression. */
function mixes(expression: Expression): boolean {
  if (expression.kind === 'not') return mixes(expression.expression);
  if (expression.kind !== 'and' && expression.kind !== 'or') return false;
  return expression.all.some((part) => (part.kind !== expression.kind && 'all' in part) || mixes(part));
}
