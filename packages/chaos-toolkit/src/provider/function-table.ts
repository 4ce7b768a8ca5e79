import type { PyDict, PyValue } from '../python/value.ts';
import type { ProviderContext } from './context.ts';

/**
 * A Python function in TypeScript. It gets the keyword arguments of the provider, substituted; what it throws fails the
 * activity.
 */
export interface NativeFunction {
  /** Names of the arguments, those that may be left out with a `?` behind: `['path', 'mode?']`. */
  readonly parameters: readonly string[];
  readonly call: (given: PyDict, context: ProviderContext) => PyValue | Promise<PyValue>;
}

/** By module and name: `os.path.exists`. */
export type FunctionTable = Readonly<Record<string, NativeFunction>>;

/** What is wrong with the arguments, in Chaos Toolkit's words; undefined when they fit. */
export function misfit({ parameters }: NativeFunction, given: readonly string[]): string | undefined {
  const missing = parameters.find((name) => !name.endsWith('?') && !given.includes(name));
  if (missing !== undefined) return `the argument ${JSON.stringify(missing)}`;
  const known = parameters.map((name) => name.replace(/\?$/, ''));
  const foreign = given.find((name) => !known.includes(name));
  return foreign === undefined ? undefined : `no argument ${JSON.stringify(foreign)} (known: ${known.join(', ')})`;
}
