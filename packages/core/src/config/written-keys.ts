import type { Path, Problem } from '../experiment/problem.ts';
import { shown } from '../experiment/problem.ts';
import { didYouMean } from '../experiment/suggestion.ts';
import { KEYS, REFUSED } from './configuration-keys.ts';

/** What stands in a file: a value for each key that is known, and a problem for every other. */
export interface Written {
  readonly values: ReadonlyMap<string, unknown>;
  readonly problems: readonly Problem[];
}

const ACCEPTED = new Set(KEYS.map(({ path }) => path));

/** Takes the file apart. `foreign`: dotted paths that belong to somebody else. */
export function readKeys(root: unknown, foreign: readonly string[]): Written {
  const values = new Map<string, unknown>();
  const problems: Problem[] = [];
  const visit = (node: unknown, path: Path): void => {
    if (typeof node !== 'object' || node === null || Array.isArray(node)) {
      const message = `expected keys such as ${childrenOf(path).join(', ')}, got ${shown(node)}`;
      problems.push({ path, message });
      return;
    }
    for (const [name, value] of Object.entries(node)) {
      const here = [...path, name];
      const dotted = here.join('.');
      if (foreign.includes(dotted)) continue;
      if (ACCEPTED.has(dotted)) values.set(dotted, value);
      else if (childrenOf(here).length > 0) visit(value, here);
      else problems.push({ path: here, message: refusal(dotted) ?? stranger(name, path) });
    }
  };
  if (root !== null && root !== undefined) visit(root, []);
  return { values, problems };
}

function refusal(dotted: string): string | undefined {
  const refused = REFUSED.find(({ path }) => path === dotted);
  return refused && `is refused: ${refused.reason}; ${refused.instead}`;
}

function stranger(name: string, path: Path): string {
  const elsewhere = KEYS.find((key) => key.path.split('.').at(-1) === name);
  const hint = elsewhere === undefined ? didYouMean(name, childrenOf(path)) : `; did you mean "${elsewhere.path}"?`;
  return `expected no such key, got ${JSON.stringify(name)}${hint}`;
}

/** Names that may stand right below this path. */
function childrenOf(path: Path): string[] {
  const prefix = path.map((key) => `${key}.`).join('');
  const names = KEYS.filter((key) => key.path.startsWith(prefix)).map((key) => key.path.slice(prefix.length));
  return [...new Set(names.map((rest) => rest.split('.')[0] ?? rest))];
}
