import type { Experiment, Run } from '@bridge/chaos-core';

/**
 * Whether a secret stands in what a run was told to do: a value among its secrets, or anything that reports do not show.
 * What only says where a secret is (a template, an environment variable, a file) is none.
 */
export function holdsSecret({ experiment, header }: Pick<Run, 'experiment' | 'header'>): boolean {
  const { secrets, ...rest } = experiment;
  return !Object.values(secrets).every(isReference) || isHidden(rest, header.experiment);
}

const REDACTED = '[redacted]';
const TEMPLATE = /\$\{[^}]*\}/g;
/** `${secrets.token}` as a whole, or after the name of a scheme: `Bearer ${secrets.token}`. */
const ONLY_TEMPLATE = /^(?:\w+ )?\$\{[^}]*\}$/;

/** Whether something of what was said is not in what is shown of it. */
function isHidden(said: unknown, shown: unknown): boolean {
  if (typeof said === 'string') return !isShown(said, shown);
  if (!isObject(said)) return said !== shown;
  if (!isObject(shown)) return !isReference(said);
  return Object.entries(said).some(
    ([key, member]) => member !== undefined && isHidden(member, Reflect.get(shown, key)),
  );
}

function isShown(said: string, shown: unknown): boolean {
  return said === shown || ONLY_TEMPLATE.test(said) || said.replaceAll(TEMPLATE, REDACTED) === shown;
}

function isReference(source: object): boolean {
  const { from, ...rest }: Partial<Experiment['secrets'][string]> = source;
  return from === 'file' || (from === 'env' && !('default' in rest));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
