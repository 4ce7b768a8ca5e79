import type { ChaosToolkitExperiment } from '../experiment/experiment.ts';
import { referencesIn } from '../python/template.ts';
import { isDict, isList, type PyValue } from '../python/value.ts';
import type { Finding } from '../run/finding.ts';
import { everyActivity } from './every-activity.ts';
import { type TrapRule, trap } from './trap.ts';

/** Names that refer to nothing, names nothing can refer to, places where nothing is put in. */
export const variableTraps: TrapRule = function* (experiment) {
  yield* names(experiment);
  const known = knownNames(experiment);
  yield* unresolved(experiment.raw['title'] ?? null, 'title', known);
  for (const { raw, path, provider } of everyActivity(experiment)) {
    const { arguments: given = null } = isDict(raw['provider']) ? raw['provider'] : {};
    yield* unresolved(given, `${path}.provider.arguments`, known);
    yield* unresolved(raw['pauses'] ?? null, `${path}.pauses`, known);
    if (provider.type === 'http') {
      yield* unresolved(provider.url, `${path}.provider.url`, known);
      yield* unresolved(provider.headers, `${path}.provider.headers`, known);
      yield* untouched(provider.method, `${path}.provider.method`);
    }
    if (provider.type === 'process') yield* untouched(provider.path, `${path}.provider.path`);
  }
};

function* names({ configuration, secrets }: ChaosToolkitExperiment): Generator<Finding> {
  const seen = new Map<string, string>();
  const scopes = Object.entries(secrets).flatMap(([scope, values]) =>
    Object.keys(isDict(values) ? values : {}).map((key) => [key, `secrets.${scope}.${key}`] as const),
  );
  const all = [...Object.keys(configuration).map((key) => [key, `configuration.${key}`] as const), ...scopes];
  for (const [key, path] of all) {
    const first = seen.get(key);
    if (first !== undefined)
      yield trap('name-hidden', path, `${first} has the same name and wins`, 'Choose another name.');
    else seen.set(key, path);
    if (/^[_a-z][_a-z0-9]*$/i.test(key)) continue;
    const remedy = 'Use letters, digits and underscores.';
    yield trap('name-unreachable', path, 'a reference cannot have such a name', remedy);
  }
}

function knownNames({ configuration, secrets }: ChaosToolkitExperiment): ReadonlySet<string> {
  const scopes = Object.values(secrets).flatMap((values) => (isDict(values) ? Object.keys(values) : []));
  return new Set([...Object.keys(configuration), ...scopes]);
}

function* unresolved(value: PyValue, path: string, known: ReadonlySet<string>): Generator<Finding> {
  if (isList(value)) for (const [index, item] of value.entries()) yield* unresolved(item, `${path}[${index}]`, known);
  if (isDict(value))
    for (const [key, member] of Object.entries(value)) yield* unresolved(member, `${path}.${key}`, known);
  if (typeof value !== 'string') return;
  for (const name of new Set(referencesIn(value))) {
    if (known.has(name)) continue;
    const remedy = `Declare ${name} under "configuration", or write $$ for a dollar sign.`;
    yield trap('variable-unresolved', path, `\${${name}} is not declared and stays as it is written`, remedy);
  }
}

function* untouched(text: string, path: string): Generator<Finding> {
  if (referencesIn(text).length === 0) return;
  yield trap('not-substituted', path, 'variables are not put in here', 'Write the value itself.');
}
