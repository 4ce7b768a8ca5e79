import { isDict, isList, isTruthy, numberOf, type PyDict, type PyValue, typeName } from '../python/value.ts';
import { invalid, shown } from './invalid.ts';

/** The member as text that is not empty. */
export function requiredText(dict: PyDict, key: string, path: string): string {
  const value = dict[key];
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(join(path, key), 'a text that is not empty', shown(value));
}

export function optionalDict(dict: PyDict, key: string, path: string): PyDict {
  const value = dict[key];
  if (!isTruthy(value)) return {};
  if (isDict(value)) return value;
  throw invalid(join(path, key), 'a mapping', `${typeName(value)} ${shown(value)}`);
}

export function optionalList(dict: PyDict, key: string, path: string): readonly PyValue[] {
  const value = dict[key];
  if (!isTruthy(value)) return [];
  if (isList(value)) return value;
  throw invalid(join(path, key), 'a list', `${typeName(value)} ${shown(value)}`);
}

export function optionalNumber(dict: PyDict, key: string, path: string): number | undefined {
  const value = dict[key];
  if (value === undefined || value === null) return undefined;
  const number = numberOf(value);
  if (number !== undefined && Number.isFinite(number) && number >= 0) return number;
  throw invalid(join(path, key), 'a number that is not negative', shown(value));
}

export function dictAt(value: PyValue | undefined, path: string): PyDict {
  if (isDict(value)) return value;
  throw invalid(path, 'a mapping', shown(value));
}

export function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
