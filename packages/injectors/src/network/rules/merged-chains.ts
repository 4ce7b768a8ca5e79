import type { Chain } from './arrangement.ts';

/** One chain per family, table and hook, with the rules of all in their order: a fault's chains are named by them. */
export function mergedChains(chains: readonly Chain[]): Chain[] {
  const groups = Map.groupBy(chains, ({ family, table, hook }) => `${family} ${table} ${hook}`);
  return [...groups.values()].flatMap(([first, ...more]) =>
    first === undefined ? [] : [{ ...first, rules: [first, ...more].flatMap(({ rules }) => rules) }],
  );
}
