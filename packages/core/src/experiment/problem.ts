import { ChaosError, type ErrorCode } from '../errors.ts';

export type Path = readonly (string | number)[];

/** One thing that is not as it should be: where, and `expected … got …`. */
export interface Problem {
  readonly path: Path;
  readonly message: string;
  /** The code of this problem when it stands alone, where that says more than the general one. */
  readonly code?: ErrorCode;
}

/** A value that passed, or everything that is wrong with it. */
export type Checked<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** `faults[0].params.delay`; keys that are no identifiers are quoted, long ones cut. The root is `(root)`. */
export function pathText(path: Path): string {
  if (path.length === 0) return '(root)';
  return path
    .map((given, position) => {
      const key = typeof given === 'string' ? clipped(given) : given;
      if (typeof key === 'number') return `[${key}]`;
      if (!/^[\w$-]+$/.test(key)) return `[${JSON.stringify(key)}]`;
      return position === 0 ? key : `.${key}`;
    })
    .join('');
}

/** A key may be all that somebody's file consists of. */
function clipped(key: string): string {
  return key.length > 80 ? `${key.slice(0, 79).toWellFormed()}…` : key;
}

/** The same problems, seen from a value that holds the checked one under `prefix`. */
export function beneath(prefix: Path, problems: readonly Problem[]): Problem[] {
  return problems.map((problem) => ({ ...problem, path: [...prefix, ...problem.path] }));
}

/** One error that lists every problem. */
export function problemError(code: ErrorCode, what: string, problems: readonly Problem[]): ChaosError {
  const lines = problems.map(({ path, message }) => `${pathText(path)}: ${message}`);
  return new ChaosError(code, lines.length === 1 ? `${what}: ${lines[0]}` : `${what}:\n  ${lines.join('\n  ')}`, {
    details: { issues: problems.map(({ path, message }) => ({ path: pathText(path), message })) },
  });
}

/** A short rendering of what came, for `got …`. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'an empty object' : 'an object';
  return `a ${typeof value}`;
}

/** What stands under the path, or undefined. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}
