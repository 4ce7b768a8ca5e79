import { messageOf } from '@bridge/chaos-core';
import { parseJsonPath } from '../json-path/parse-path.ts';
import { compileRegex } from '../python/regex.ts';
import { isDict, isInt, isList, numberOf, type PyDict, type PyValue, typeName } from '../python/value.ts';
import { dictAt, join } from './fields.ts';
import { invalid, shown } from './invalid.ts';
import { parseActivity } from './parse-activity.ts';

/** Refuses what Chaos Toolkit refuses before it runs anything. */
export function checkTolerance(tolerance: PyValue | undefined, path: string): void {
  if (isDict(tolerance)) {
    checkTyped(tolerance, path);
    return;
  }
  if (typeof tolerance === 'boolean' || typeof tolerance === 'string' || isInt(tolerance) || isList(tolerance)) return;
  const remedy = 'a whole number, a text, a boolean, a list or a mapping (for a fraction say {"type": "range", …})';
  throw invalid(path, remedy, `${typeName(tolerance)} ${shown(tolerance)}`);
}

function checkTyped(tolerance: PyDict, path: string): void {
  switch (tolerance['type']) {
    case 'probe': {
      parseActivity(dictAt(tolerance, path), path);
      return;
    }
    case 'regex':
      checkPattern(tolerance['pattern'], join(path, 'pattern'));
      return;
    case 'jsonpath':
      checkPath(tolerance['path'], join(path, 'path'));
      return;
    case 'range':
      checkRange(tolerance['range'], join(path, 'range'));
      return;
    default:
      throw invalid(join(path, 'type'), 'probe, regex, jsonpath or range', shown(tolerance['type']));
  }
}

function checkPattern(pattern: PyValue | undefined, path: string): void {
  if (typeof pattern !== 'string') throw invalid(path, 'a regular expression', shown(pattern));
  try {
    compileRegex(pattern);
  } catch (error) {
    throw invalid(path, `a regular expression of Python: ${messageOf(error)}`, shown(pattern));
  }
}

function checkPath(text: PyValue | undefined, path: string): void {
  if (typeof text !== 'string' || text.trim() === '') throw invalid(path, 'a path that starts with "$"', shown(text));
  try {
    parseJsonPath(text.trim());
  } catch (error) {
    throw invalid(path, `a path in the dialect of jsonpath2: ${messageOf(error)}`, shown(text));
  }
}

function checkRange(range: PyValue | undefined, path: string): void {
  const ends = isList(range) ? range.map((end) => (typeof end === 'boolean' ? Number(end) : numberOf(end))) : [];
  if (ends.length === 2 && ends.every((end) => end !== undefined)) return;
  throw invalid(path, 'a list of two numbers', shown(range));
}
