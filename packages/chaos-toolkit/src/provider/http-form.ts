import { pyStr } from '../python/repr.ts';
import { isDict, isList, isTruthy, type PyDict, type PyValue } from '../python/value.ts';

/** The address with the arguments as its query, as `requests` adds them. */
export function withQuery(url: URL, parameters: PyValue): URL {
  const added = formText(parameters);
  if (added === undefined || added === '') return url;
  const target = new URL(url);
  target.search = target.search === '' ? added : `${target.search}&${added}`;
  return target;
}

/** Arguments as a form: a mapping is encoded, a list of values gives its key several times, null is left out. */
export function formText(parameters: PyValue): string | undefined {
  if (!isTruthy(parameters)) return undefined;
  return isDict(parameters) ? encoded(parameters) : pyStr(parameters);
}

function encoded(parameters: PyDict): string {
  const pairs = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters)) {
    for (const item of isList(value) ? value : [value]) if (item !== null) pairs.append(key, pyStr(item));
  }
  return pairs.toString();
}
