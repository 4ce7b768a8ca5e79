import type { Json } from '../json.ts';
import type { Path, Problem } from './problem.ts';
import { shown } from './problem.ts';

const DEEPEST = 64;
const MOST_VALUES = 100_000;

export interface PlainJson {
  /** A deep copy that is JSON. Members that are `undefined` are left out. */
  readonly json: Json;
  readonly problems: readonly Problem[];
}

/**
 * Copies data of unknown origin into plain JSON: no functions, no class instances, no cycles, no `__proto__`, at most
 * 64 levels and 100,000 values. Everything after it works on data that cannot surprise.
 */
export function plainJson(input: unknown): PlainJson {
  const copy = new Copy();
  const json = copy.of(input, [], new Set());
  return { json, problems: copy.problems };
}

class Copy {
  readonly problems: Problem[] = [];
  #values = 0;

  of(value: unknown, path: Path, above: ReadonlySet<object>): Json {
    this.#values += 1;
    if (this.#values > MOST_VALUES) {
      if (this.#values === MOST_VALUES + 1)
        this.#refuse(path, `expected at most ${MOST_VALUES} values in all, got more`);
      return null;
    }
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number') {
      return Number.isFinite(value) ? value : this.#refuse(path, `expected a finite number, got ${value}`);
    }
    if (typeof value !== 'object') return this.#refuse(path, `expected plain JSON, got ${shown(value)}`);
    if (above.has(value)) return this.#refuse(path, 'expected plain JSON, got an object that contains itself');
    if (path.length >= DEEPEST) return this.#refuse(path, `expected at most ${DEEPEST} levels, got more`);
    const chain = new Set(above).add(value);
    if (Array.isArray(value)) return value.map((item: unknown, index) => this.of(item, [...path, index], chain));
    return this.#object(value, path, chain);
  }

  #object(value: object, path: Path, chain: ReadonlySet<object>): Json {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
      return this.#refuse(path, `expected plain JSON, got an instance of ${value.constructor.name}`);
    }
    const members: [string, Json][] = [];
    for (const [key, member] of Object.entries(value)) {
      if (key === '__proto__') this.#refuse([...path, key], 'expected no such key, got "__proto__"');
      else if (member !== undefined) members.push([key, this.of(member, [...path, key], chain)]);
    }
    return Object.fromEntries(members);
  }

  #refuse(path: Path, message: string): null {
    this.problems.push({ path, message });
    return null;
  }
}
