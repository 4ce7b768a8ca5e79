import { type Path, type Problem, shown } from '../../experiment/problem.ts';
import { didYouMean } from '../../experiment/suggestion.ts';

/** Problems of one translation. */
export class Complaints {
  readonly problems: Problem[] = [];

  expected(what: string, value: unknown, path: Path): void {
    this.problems.push({ path, message: `expected ${what}, got ${shown(value)}` });
  }

  /** A name that is none of those known. `noun` with its article. */
  unknown(noun: string, name: unknown, known: readonly string[], path: Path): void {
    const near = typeof name === 'string' ? didYouMean(name, known) : '';
    const others = known.length === 0 ? '; there is none' : `; there are ${known.toSorted().join(', ')}`;
    const message = `expected the name of ${noun}, got ${shown(name)}${near === '' ? others : near}`;
    this.problems.push({ path, message });
  }
}
