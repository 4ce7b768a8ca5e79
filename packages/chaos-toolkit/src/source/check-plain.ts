import { isDict, isList, type PyValue } from '../python/value.ts';

const DEEPEST = 100;
const MOST = 100_000;

/** Refuses cycles, nesting beyond 100 levels, more than 100,000 values after aliases, and integers beyond 2^53. */
export function checkPlain(value: PyValue): void {
  let count = 0;
  const look = (part: PyValue, depth: number): void => {
    count += 1;
    if (count > MOST) throw new RangeError(`expected at most ${MOST} values, got more; are there aliases of aliases?`);
    if (depth > DEEPEST) throw new RangeError(`expected at most ${DEEPEST} levels of nesting; is there a cycle?`);
    if (typeof part === 'number' && Number.isInteger(part) && !Number.isSafeInteger(part)) {
      throw new RangeError(`expected integers up to ${Number.MAX_SAFE_INTEGER}, got ${part}`);
    }
    if (isList(part)) for (const item of part) look(item, depth + 1);
    else if (isDict(part)) for (const member of Object.values(part)) look(member, depth + 1);
  };
  look(value, 0);
}
