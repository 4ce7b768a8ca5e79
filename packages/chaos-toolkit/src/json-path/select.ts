import { asNumber, pyEqual } from '../python/compare.ts';
import { CrashError } from '../python/crash.ts';
import { isDict, isInt, isList, isTruthy, type PyValue } from '../python/value.ts';
import { callFunction } from './functions.ts';
import type { Comparison, Expression, Operand, Path, Step, Subscript } from './path.ts';

/** The values the path selects, in order. */
export function selectPath(path: Path, root: PyValue): PyValue[] {
  return [...follow(path.steps, root, root)];
}

function* follow(steps: readonly Step[], root: PyValue, current: PyValue): Generator<PyValue> {
  const [step, ...rest] = steps;
  if (step === undefined) {
    yield current;
    return;
  }
  for (const subscript of step.subscripts) {
    for (const value of pick(subscript, root, current)) yield* follow(rest, root, value);
  }
  if (!step.descend) return;
  for (const child of children(current)) yield* follow(steps, root, child);
}

function pick(subscript: Subscript, root: PyValue, current: PyValue): Iterable<PyValue> {
  switch (subscript.kind) {
    case 'key':
      return member(current, subscript.key);
    case 'index':
      return item(current, subscript.index);
    case 'slice':
      return slice(current, subscript);
    case 'wildcard':
      return children(current);
    case 'filter':
      // The node itself is kept or dropped, not its children: the trap of this dialect.
      return holds(subscript.expression, root, current) ? [current] : [];
    case 'path':
      return byValue(subscript.path, root, current);
    case 'call':
      return callFunction(subscript.name, current, combinations(subscript.arguments, root, current));
  }
}

function member(current: PyValue, key: string): PyValue[] {
  const value = isDict(current) && Object.hasOwn(current, key) ? current[key] : undefined;
  return value === undefined ? [] : [value];
}

function item(current: PyValue, index: number): PyValue[] {
  const value = isList(current) ? current.at(index) : undefined;
  return value === undefined ? [] : [value];
}

function children(current: PyValue): readonly PyValue[] {
  if (isList(current)) return current;
  return isDict(current) ? Object.values(current) : [];
}

function slice(current: PyValue, { start, end, step = 1 }: Extract<Subscript, { kind: 'slice' }>): PyValue[] {
  if (!isList(current)) return [];
  if (step === 0) throw new CrashError('ValueError: range() arg 3 must not be zero');
  const { length } = current;
  const fromEnd = (index: number): number => index + Math.max(length, -index);
  const first = start === undefined ? 0 : start < 0 ? fromEnd(start) : start;
  const last = end === undefined ? length : end < 0 ? end + length : end;
  const values: PyValue[] = [];
  // Beyond the list nothing is selected, however far the slice reaches.
  const tooFar = step < 0 ? Math.max(0, Math.ceil((first - length) / -step)) : 0;
  for (let index = first + tooFar * step; step > 0 ? index < last && index < length : index > last; index += step) {
    if (index < -length) break;
    values.push(...item(current, index));
  }
  return values;
}

function byValue(path: Path, root: PyValue, current: PyValue): PyValue[] {
  return valuesOf({ kind: 'path', path }, root, current).flatMap((key) => {
    if (isInt(key) || typeof key === 'boolean') return item(current, Number(key));
    return typeof key === 'string' ? member(current, key) : [];
  });
}

function valuesOf(operand: Operand, root: PyValue, current: PyValue): PyValue[] {
  if (operand.kind === 'value') return [operand.value];
  return [...follow(operand.path.steps, root, operand.path.from === 'root' ? root : current)];
}

function combinations(operands: readonly Operand[], root: PyValue, current: PyValue): PyValue[][] {
  return operands.reduce<PyValue[][]>(
    (all, operand) => all.flatMap((some) => valuesOf(operand, root, current).map((value) => [...some, value])),
    [[]],
  );
}

function holds(expression: Expression, root: PyValue, current: PyValue): boolean {
  switch (expression.kind) {
    case 'and':
      return expression.all.every((part) => holds(part, root, current));
    case 'or':
      return expression.all.some((part) => holds(part, root, current));
    case 'not':
      return !holds(expression.expression, root, current);
    case 'exists': {
      const { operand } = expression;
      return operand.kind === 'value' ? isTruthy(operand.value) : valuesOf(operand, root, current).length > 0;
    }
    case 'compare': {
      const rights = valuesOf(expression.right, root, current);
      return valuesOf(expression.left, root, current).some((left) =>
        rights.some((right) => compares(expression.by, left, right)),
      );
    }
  }
}

function compares(by: Comparison, left: PyValue, right: PyValue): boolean {
  if (by === '=') return pyEqual(left, right);
  if (by === '!=') return !pyEqual(left, right);
  const [a, b] = [asNumber(left), asNumber(right)];
  if (a === undefined || b === undefined) return false;
  switch (by) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
  }
}
