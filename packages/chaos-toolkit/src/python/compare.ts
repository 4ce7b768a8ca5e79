import { CrashError } from './crash.ts';
import { isDict, isList, numberOf, type PyValue, typeName } from './value.ts';

/** `a == b` of Python: `1 == True` and `1 == 1.0` hold; lists and dicts are compared member by member. */
export function pyEqual(a: PyValue | undefined, b: PyValue | undefined): boolean {
  const left = asNumber(a);
  const right = asNumber(b);
  if (left !== undefined || right !== undefined) return left === right;
  if (isList(a)) return isList(b) && a.length === b.length && a.every((item, index) => pyEqual(item, b[index]));
  if (isDict(a)) {
    const keys = Object.keys(a);
    if (!isDict(b) || keys.length !== Object.keys(b).length) return false;
    return keys.every((key) => Object.hasOwn(b, key) && pyEqual(a[key], b[key]));
  }
  return (a ?? null) === (b ?? null);
}

/** `a <= b` of Python. Throws what Python would for types that have no order. */
export function pyAtMost(a: PyValue, b: PyValue): boolean {
  const left = asNumber(a);
  const right = asNumber(b);
  if (left !== undefined && right !== undefined) return left <= right;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b) <= 0;
  if (isList(a) && isList(b)) return listAtMost(a, b);
  throw new CrashError(`TypeError: '<=' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`);
}

/** `value in list` of Python. */
export function pyIncludes(list: readonly PyValue[], value: PyValue | undefined): boolean {
  return list.some((item) => pyEqual(item, value));
}

/** Booleans are numbers in Python. */
export function asNumber(value: PyValue | undefined): number | undefined {
  return typeof value === 'boolean' ? Number(value) : numberOf(value);
}

function listAtMost(a: readonly PyValue[], b: readonly PyValue[]): boolean {
  for (const [index, item] of a.entries()) {
    const other = b[index];
    if (other === undefined) return false;
    if (!pyEqual(item, other)) return pyAtMost(item, other);
  }
  return true;
}

/** By code points, as Python does; JavaScript compares UTF-16 units. */
function compareText(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (const [index, char] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const difference = (char.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
