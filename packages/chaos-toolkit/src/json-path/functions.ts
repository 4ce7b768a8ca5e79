import { isDict, isInt, isList, type PyValue } from '../python/value.ts';
import type { FunctionName } from './path.ts';

type Apply = (value: PyValue, given: readonly PyValue[]) => PyValue | undefined;

const withoutArguments =
  (apply: (value: PyValue) => PyValue | undefined): Apply =>
  (value, given) =>
    given.length === 0 ? apply(value) : undefined;

/** A function that does not fit the value selects nothing. */
const FUNCTIONS: Readonly<Record<FunctionName, Apply>> = {
  length: withoutArguments((value) => {
    if (typeof value === 'string') return [...value].length;
    return isList(value) ? value.length : undefined;
  }),
  keys: withoutArguments((value) => {
    if (isList(value)) return [...value.keys()];
    return isDict(value) ? Object.keys(value) : undefined;
  }),
  values: withoutArguments((value) => {
    if (isList(value)) return value;
    return isDict(value) ? Object.values(value) : undefined;
  }),
  entries: withoutArguments((value) => {
    if (isList(value)) return [...value.entries()].map(([index, item]) => [index, item]);
    return isDict(value) ? Object.entries(value).map(([key, member]) => [key, member]) : undefined;
  }),
  charAt(value, given) {
    const [index] = given;
    if (typeof value !== 'string' || given.length !== 1 || !isWhole(index)) return undefined;
    return [...value].at(Number(index));
  },
  substring(value, given) {
    const [start, end] = given;
    if (typeof value !== 'string' || !isWhole(start) || given.length > 2) return undefined;
    if (given.length === 2 && !isWhole(end)) return undefined;
    return [...value].slice(Number(start), isWhole(end) ? Number(end) : undefined).join('');
  },
};

/** The function's value for every combination of its arguments. */
export function callFunction(name: FunctionName, value: PyValue, combinations: readonly PyValue[][]): PyValue[] {
  return combinations.flatMap((given) => {
    const result = FUNCTIONS[name](value, given);
    return result === undefined ? [] : [result];
  });
}

/** Python takes booleans for whole numbers. */
function isWhole(value: PyValue | undefined): value is number | boolean {
  return isInt(value) || typeof value === 'boolean';
}
