import type { Random } from './random.ts';

/** What was drawn, and how it came about. */
export interface WeightedDraw<Item> {
  readonly item: Item;
  /** Its weight among all, 0 to 1. */
  readonly share: number;
  /** The number drawn, 0 to 1. */
  readonly draw: number;
}

/** One of the items, each as likely as its weight among all; undefined when no weight is above 0. */
export function weightedDraw<Item>(
  items: readonly Item[],
  weightOf: (item: Item) => number,
  random: Random,
): WeightedDraw<Item> | undefined {
  const total = items.reduce((sum, item) => sum + weightOf(item), 0);
  const draw = random.next();
  let left = draw * total;
  const wanted = items.filter((item) => weightOf(item) > 0);
  // Adding and subtracting floating point numbers may leave a crumb: the last one then.
  const found = wanted.find((one) => {
    left -= weightOf(one);
    return left < 0;
  });
  const item = found ?? wanted.at(-1);
  return item === undefined ? undefined : { item, share: weightOf(item) / total, draw };
}
