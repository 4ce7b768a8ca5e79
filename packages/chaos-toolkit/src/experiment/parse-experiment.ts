import { isTruthy, type PyDict, type PyValue } from '../python/value.ts';
import type { ChaosToolkitExperiment, Entry, Hypothesis } from './experiment.ts';
import { dictAt, join, optionalDict, optionalList, requiredText } from './fields.ts';
import { invalid, shown } from './invalid.ts';
import { checkTags, parseControls, parseEntries, parseProbes } from './parse-activity.ts';

/** Checks the experiment as `chaos validate` does, without looking at this host. Throws `CHAOS_EXPERIMENT_INVALID`. */
export function parseExperiment(value: PyValue): ChaosToolkitExperiment {
  if (!isTruthy(value)) throw invalid('', 'an experiment', shown(value));
  const raw = dictAt(value, '');
  const title = requiredText(raw, 'title', '');
  requiredText(raw, 'description', '');
  checkTags(raw);
  checkExtensions(raw);
  const hypothesis = parseHypothesis(raw);
  if (raw['method'] === undefined || raw['method'] === null) {
    throw invalid('method', 'a list of activities, which may be empty: []', shown(raw['method']));
  }
  const method = parseEntries(raw, 'method', '');
  const experiment = {
    raw,
    title,
    hypothesis,
    method,
    rollbacks: parseEntries(raw, 'rollbacks', ''),
    configuration: optionalDict(raw, 'configuration', ''),
    secrets: optionalDict(raw, 'secrets', ''),
    controls: parseControls(raw, ''),
    runtime: isTruthy(raw['runtime']) ? dictAt(raw['runtime'], 'runtime') : undefined,
  };
  checkReferences(experiment);
  return experiment;
}

function parseHypothesis(raw: PyDict): Hypothesis | undefined {
  const key = 'steady-state-hypothesis';
  if (raw[key] === undefined || raw[key] === null) return undefined;
  const dict = dictAt(raw[key], key);
  return {
    raw: dict,
    title: requiredText(dict, 'title', key),
    probes: parseProbes(dict, key),
    controls: parseControls(dict, key),
  };
}

function checkExtensions(raw: PyDict): void {
  for (const [index, value] of optionalList(raw, 'extensions', '').entries()) {
    const path = `extensions[${index}]`;
    if (requiredText(dictAt(value, path), 'name', path).trim() === '') {
      throw invalid(join(path, 'name'), 'a name that is not blank', '""');
    }
  }
}

/** Names of method and hypothesis; the last of a name counts. Rollbacks cannot be referred to. */
export function namedActivities({ method, hypothesis }: Pick<ChaosToolkitExperiment, 'method' | 'hypothesis'>) {
  const names = new Map<string, Entry>();
  for (const entry of [...method, ...(hypothesis?.probes ?? [])]) {
    const { name } = entry.raw;
    if (typeof name === 'string' && name !== '') names.set(name, entry);
  }
  return names;
}

/** Only those of the method: a rollback that refers to nothing is found out when it is its turn. */
function checkReferences(experiment: ChaosToolkitExperiment): void {
  const names = namedActivities(experiment);
  for (const entry of experiment.method) {
    if (entry.kind === 'activity' || names.has(entry.ref)) continue;
    throw invalid(join(entry.path, 'ref'), 'the name of an activity of the method or hypothesis', shown(entry.ref));
  }
}
