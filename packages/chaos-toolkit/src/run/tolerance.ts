import { parseJsonPath } from '../json-path/parse-path.ts';
import { selectPath } from '../json-path/select.ts';
import { JsonPathSyntaxError } from '../json-path/tokens.ts';
import { pyAtMost, pyEqual, pyIncludes } from '../python/compare.ts';
import { CrashError } from '../python/crash.ts';
import { parsePythonJson } from '../python/json.ts';
import { compileRegex } from '../python/regex.ts';
import { substitute, type Variables } from '../python/template.ts';
import { isDict, isInt, isList, isTruthy, numberOf, type PyDict, type PyValue, typeName } from '../python/value.ts';

/** Asks a tolerance of type `probe`; the value under test is added to its arguments. */
export type AskProbe = (tolerance: PyDict, value: PyValue) => Promise<boolean>;

/** Whether the probe's output is within its tolerance. Throws CrashError where Chaos Toolkit would die. */
export async function withinTolerance(
  written: PyValue | undefined,
  value: PyValue,
  variables: Variables,
  ask: AskProbe,
): Promise<boolean> {
  const tolerance = typeof written === 'string' ? substitute(written, variables) : (written ?? null);
  if (isList(tolerance)) return withinList(tolerance, value);
  if (isDict(tolerance)) return await withinTyped(tolerance, value, variables, ask);
  if (isInt(tolerance) && isDict(value) && Object.hasOwn(value, 'status')) return pyEqual(value['status'], tolerance);
  if (typeof tolerance === 'boolean' || typeof tolerance === 'string' || isInt(tolerance)) {
    return pyEqual(value, tolerance);
  }
  // A float or null can only come out of a substitution; nothing is within it.
  return false;
}

function withinList(tolerance: readonly PyValue[], value: PyValue): boolean {
  if (isDict(value) && Object.hasOwn(value, 'status')) return pyIncludes(tolerance, value['status']);
  const [low, high] = tolerance;
  if (tolerance.length === 2 && low !== undefined && high !== undefined) {
    return pyAtMost(low, value) && pyAtMost(value, high);
  }
  return pyIncludes(tolerance, value);
}

async function withinTyped(tolerance: PyDict, value: PyValue, variables: Variables, ask: AskProbe): Promise<boolean> {
  switch (tolerance['type']) {
    case 'probe':
      return await ask(tolerance, value);
    case 'regex':
      return matchesRegex(tolerance, value, variables);
    case 'jsonpath':
      return matchesJsonPath(tolerance, value, variables);
    case 'range':
      return withinRange(tolerance, value);
    default:
      return false;
  }
}

/** The part of the value that `target` names, or the value itself. */
function targeted({ target }: PyDict, value: PyValue): PyValue {
  if (!isTruthy(target) || target === undefined) return value;
  if (!isDict(value)) throw new CrashError(`AttributeError: '${typeName(value)}' object has no attribute 'get'`);
  return (typeof target === 'string' && Object.hasOwn(value, target) ? value[target] : undefined) ?? value;
}

function matchesRegex(tolerance: PyDict, output: PyValue, variables: Variables): boolean {
  const pattern = substitute(tolerance['pattern'] ?? null, variables);
  if (typeof pattern !== 'string') throw new CrashError('TypeError: first argument must be string or compiled pattern');
  const value = targeted(tolerance, output);
  if (typeof value !== 'string') {
    throw new CrashError(`TypeError: expected string or bytes-like object, got '${typeName(value)}'`);
  }
  return compileRegex(pattern).test(value);
}

function matchesJsonPath(tolerance: PyDict, output: PyValue, variables: Variables): boolean {
  const path = substitute(tolerance['path'] ?? null, variables);
  const found = selectPath(parsedPath(path), asJson(targeted(tolerance, output)));
  if (Object.hasOwn(tolerance, 'expect')) {
    const expect = substitute(tolerance['expect'] ?? null, variables);
    return pyEqual(found, isList(expect) ? expect : [expect]);
  }
  const { count = null } = tolerance;
  return count === null ? found.length > 0 : pyEqual(found.length, count);
}

function parsedPath(path: PyValue) {
  try {
    return parseJsonPath(String(path).trim());
  } catch (error) {
    if (error instanceof JsonPathSyntaxError) throw new CrashError(`ValueError: ${error.message}`);
    throw error;
  }
}

function asJson(value: PyValue): PyValue {
  if (typeof value !== 'string') return value;
  try {
    return parsePythonJson(value);
  } catch (error) {
    // Text that is no JSON is looked at as text.
    if (error instanceof SyntaxError) return value;
    throw error;
  }
}

const DECIMAL = /^\s*[+-]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?\s*$/;

function withinRange(tolerance: PyDict, output: PyValue): boolean {
  const value = decimal(targeted(tolerance, output));
  const [low, high] = isList(tolerance['range']) ? tolerance['range'].map(decimal) : [];
  return value !== undefined && low !== undefined && high !== undefined && low <= value && value <= high;
}

function decimal(value: PyValue): number | undefined {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'string') return DECIMAL.test(value) ? Number(value.replaceAll('_', '')) : undefined;
  const number = numberOf(value);
  if (number === undefined)
    throw new CrashError(`TypeError: conversion from ${typeName(value)} to Decimal is not supported`);
  return number;
}
