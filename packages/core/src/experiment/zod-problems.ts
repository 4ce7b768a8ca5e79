import type * as z from 'zod';
import { type Path, type Problem, shown, valueAt } from './problem.ts';

type Issue = z.core.$ZodIssue;

/** Zod's issues as `expected … got …`; of a union only the branch that was meant. */
export function zodProblems(issues: readonly Issue[], input: unknown): Problem[] {
  return issues.flatMap((issue) => problemsOf(issue, input, []));
}

function problemsOf(issue: Issue, input: unknown, prefix: Path): Problem[] {
  const path = [...prefix, ...issue.path.map((key) => (typeof key === 'number' ? key : String(key)))];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const branch = meantBranch(issue.errors);
    if (branch !== undefined) return branch.flatMap((inner) => problemsOf(inner, input, path));
  }
  if (issue.code === 'unrecognized_keys') {
    const lines = ownWords(issue)?.split('\n') ?? [];
    return issue.keys.map((key, index) => ({
      path: [...path, key],
      message: lines[index] ?? `expected no such key, got ${JSON.stringify(key)}`,
    }));
  }
  return [{ path, message: sentence(issue, valueAt(input, path)) }];
}

/**
 * The branch with the fewest unknown keys, then with the fewest issues of its own level, or undefined when several
 * are as near: then nobody can say which one was meant.
 */
function meantBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const ranked = branches
    .map((issues) => ({ issues, unknown: count(issues, unknownKeys), shallow: count(issues, isShallow) }))
    .sort((a, b) => a.unknown - b.unknown || a.shallow - b.shallow);
  const [first, second] = ranked;
  if (first === undefined) return undefined;
  if (second !== undefined && second.unknown === first.unknown && second.shallow === first.shallow) return undefined;
  return first.issues;
}

function count(issues: readonly Issue[], weight: (issue: Issue) => number): number {
  return issues.reduce((sum, issue) => sum + weight(issue), 0);
}

function unknownKeys(issue: Issue): number {
  return issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys.length : 0;
}

function isShallow(issue: Issue): number {
  return issue.path.length <= 1 ? 1 : 0;
}

/** Messages written by a schema's author say `expected`; zod's own start with `Invalid` or `Too`. */
function ownWords(issue: Issue): string | undefined {
  return /^(Unrecognized|Invalid|Too) /.test(issue.message) || issue.message === 'Invalid input'
    ? undefined
    : issue.message;
}

function sentence(issue: Issue, value: unknown): string {
  const own = ownWords(issue);
  const expected = own ?? `expected ${expectation(issue)}`;
  return /\bgot\b/.test(expected) ? expected : `${expected}, got ${shown(value)}`;
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return article(issue.expected);
    case 'invalid_value':
      return `${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map((value) => shown(value)).join(', ')}`;
    case 'too_small':
      return bound(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum);
    case 'too_big':
      return bound(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum);
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return issue.pattern === undefined ? `a valid ${issue.format}` : `text that matches ${issue.pattern}`;
    case 'invalid_union':
      return 'one of the forms in the documentation';
    default:
      return issue.message.replace(/^Invalid (input|key|element): /, '').replace(/^expected /, '');
  }
}

function article(expected: string): string {
  if (expected === 'record') return 'an object';
  if (expected === 'array') return 'a list';
  if (expected === 'int') return 'a whole number';
  return /^[aeiou]/.test(expected) ? `an ${expected}` : `a ${expected}`;
}

function bound(origin: string, relation: string, limit: number | bigint): string {
  const unit = { string: ' characters', array: ' items', set: ' items', object: ' keys' }[origin] ?? '';
  return `${relation} ${limit}${unit}`;
}
