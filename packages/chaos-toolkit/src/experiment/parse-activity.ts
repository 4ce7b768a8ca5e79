import { isList, isTruthy, numberOf, type PyDict, type PyValue } from '../python/value.ts';
import { checkTolerance } from './check-tolerance.ts';
import type { Activity, Control, Entry } from './experiment.ts';
import { dictAt, join, optionalDict, optionalList, requiredText } from './fields.ts';
import { invalid, shown } from './invalid.ts';
import { parseProvider } from './parse-provider.ts';

export function parseEntries(dict: PyDict, key: string, path: string): Entry[] {
  return optionalList(dict, key, path).map((entry, index) => parseEntry(entry, `${join(path, key)}[${index}]`));
}

/** A probe of the hypothesis: it must have a tolerance. */
export function parseProbes(dict: PyDict, path: string): Entry[] {
  return parseEntries(dict, 'probes', path).map((entry) => {
    if (!Object.hasOwn(entry.raw, 'tolerance')) {
      throw invalid(join(entry.path, 'tolerance'), 'a tolerance: every probe of the hypothesis needs one', 'nothing');
    }
    checkTolerance(entry.raw['tolerance'], join(entry.path, 'tolerance'));
    return entry;
  });
}

function parseEntry(value: PyValue, path: string): Entry {
  if (!isTruthy(value)) throw invalid(path, 'an activity', shown(value));
  const raw = dictAt(value, path);
  const { ref } = raw;
  if (ref === undefined || ref === null) return parseActivity(raw, path);
  if (typeof ref !== 'string' || ref === '') throw invalid(join(path, 'ref'), 'the name of an activity', shown(ref));
  return { kind: 'reference', raw, path, ref, background: isTruthy(raw['background']) };
}

/** An activity, also the one inside a dynamic configuration value or a tolerance of type probe. */
export function parseActivity(raw: PyDict, path: string): Activity {
  const { type, background } = raw;
  if (type !== 'probe' && type !== 'action') throw invalid(join(path, 'type'), '"probe" or "action"', shown(type));
  const name = requiredText(raw, 'name', path);
  if (raw['timeout'] != null && numberOf(raw['timeout']) === undefined) {
    throw invalid(join(path, 'timeout'), 'a number of seconds', shown(raw['timeout']));
  }
  if (background !== undefined && typeof background !== 'boolean') {
    throw invalid(join(path, 'background'), 'true or false', shown(background));
  }
  return {
    kind: 'activity',
    raw,
    path,
    type,
    name,
    provider: parseProvider(raw['provider'], join(path, 'provider')),
    background: background ?? false,
    pauses: checkedPauses(raw, path),
    tolerance: raw['tolerance'],
    controls: parseControls(raw, path),
  };
}

function checkedPauses(raw: PyDict, path: string): PyDict {
  const pauses = optionalDict(raw, 'pauses', path);
  for (const moment of ['before', 'after']) {
    const pause = pauses[moment];
    if (typeof pause !== 'string' || (pause.startsWith('${') && pause.endsWith('}'))) continue;
    throw invalid(join(path, `pauses.${moment}`), 'a number of seconds, or "${name}" alone', shown(pause));
  }
  return pauses;
}

export function parseControls(dict: PyDict, path: string): Control[] {
  return optionalList(dict, 'controls', path).map((value, index) => {
    const where = `${join(path, 'controls')}[${index}]`;
    const raw = dictAt(value, where);
    const { name, ref, scope } = raw;
    if (typeof name !== 'string' && typeof ref !== 'string') throw invalid(`${where}.name`, 'a name', shown(name));
    if (isTruthy(scope) && scope !== 'before' && scope !== 'after') {
      throw invalid(`${where}.scope`, '"before" or "after"', shown(scope));
    }
    const provider = optionalDict(raw, 'provider', where);
    if (ref === undefined && Object.keys(provider).length === 0)
      throw invalid(`${where}.provider`, 'a provider', 'nothing');
    const { module } = provider;
    return {
      path: where,
      name: typeof name === 'string' ? name : undefined,
      ref: typeof ref === 'string' ? ref : undefined,
      module: typeof module === 'string' ? module : undefined,
      arguments: optionalDict(provider, 'arguments', `${where}.provider`),
      scope: scope === 'before' || scope === 'after' ? scope : undefined,
      automatic: raw['automatic'] === undefined || isTruthy(raw['automatic']),
    };
  });
}

/** The tags as they must be. */
export function checkTags(dict: PyDict): void {
  const { tags } = dict;
  if (!isTruthy(tags)) return;
  if (isList(tags) && tags.every((tag) => typeof tag === 'string' && tag !== '')) return;
  throw invalid('tags', 'a list of texts that are not empty', shown(tags));
}
