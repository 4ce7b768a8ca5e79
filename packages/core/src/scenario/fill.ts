import type { Path, Problem } from '../experiment/problem.ts';
import { share } from '../experiment/share.ts';
import { didYouMean } from '../experiment/suggestion.ts';

// As in templates of experiments, `$${` stands for a plain `${` and is left to them.
const REFERENCE = /\$\$\{|\$\{\s*parameters\.([\w-]+)(\.percent)?\s*\}/g;
const WHOLE = /^\$\{\s*parameters\.([\w-]+)(\.percent)?\s*\}$/;

/** Most characters that references may put into one string: values can stand in each other, and would multiply. */
const LONGEST = 100_000;

/** What a reference leads to: nothing when the parameter is optional and was not given. */
type Found = { readonly value: unknown } | undefined;

/**
 * Puts values in the place of `${parameters.<name>}`. A string that is one reference becomes the value itself; within a
 * longer string it becomes text. `${parameters.<name>.percent}` writes a share as a percentage, as `pick` takes it.
 * A member or item that is a reference to an optional parameter without a value is left out, and so is a step whose
 * target is one. Other templates stay.
 */
export class Filling {
  readonly problems: Problem[] = [];
  readonly #values: ReadonlyMap<string, unknown>;
  readonly #names: readonly string[];

  /** `names`: every parameter there is, with a value or without. */
  constructor(values: ReadonlyMap<string, unknown>, names: readonly string[]) {
    this.#values = values;
    this.#names = names;
  }

  /** The value with every reference filled in; undefined when it is a reference to nothing. */
  fill(value: unknown, path: Path = []): unknown {
    if (typeof value === 'string') return this.#text(value, path);
    if (Array.isArray(value)) {
      return value
        .map((item: unknown, index) => this.fill(item, [...path, index]))
        .filter((item) => item !== undefined);
    }
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value).map(([key, member]) => [key, this.fill(member, [...path, key])] as const);
    if (members.some(([key, member]) => key === 'target' && member === undefined)) return undefined;
    return Object.fromEntries(members.filter(([, member]) => member !== undefined));
  }

  #text(text: string, path: Path): unknown {
    const whole = WHOLE.exec(text);
    if (whole !== null) return this.#found(whole[1] ?? '', whole[2] !== undefined, path)?.value;
    let filled = 0;
    const written = text.replace(REFERENCE, (all, name: string | undefined, percent: string | undefined) => {
      if (name === undefined || filled > LONGEST) return all;
      const found = this.#found(name, percent !== undefined, path);
      if (found === undefined) return '';
      const value = typeof found.value === 'string' ? found.value : JSON.stringify(found.value);
      filled += value.length;
      return filled > LONGEST ? all : value;
    });
    if (filled > LONGEST) {
      this.problems.push({
        path,
        message: `expected at most ${LONGEST} characters once parameters are filled in, got more`,
      });
    }
    return written;
  }

  #found(name: string, percent: boolean, path: Path): Found {
    if (!this.#names.includes(name)) {
      const message = `expected the name of a parameter, got \${parameters.${name}}${didYouMean(name, this.#names)}`;
      this.problems.push({ path, message });
      return undefined;
    }
    if (!this.#values.has(name)) return undefined;
    const value = this.#values.get(name);
    if (!percent) return { value };
    const parsed = share.safeParse(value);
    if (parsed.success) return { value: `${Number((parsed.data * 100).toFixed(6))}%` };
    this.problems.push({ path, message: `expected a share behind \${parameters.${name}.percent}` });
    return undefined;
  }
}
