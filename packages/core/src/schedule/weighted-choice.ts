import type { Random } from '../random.ts';

/** One of the items, each as likely as its weight among all; undefined when no weight is above 0. */
export function weightedChoice<Item extends { readonly weight: number }>(
  items: readonly Item[],
  random: Random,
): Item | undefined {
  const total = items.reduce((sum, { weight }) => sum + weight, 0);
  let left = random.next() * total;
  const wanted = items.filter(({ weight }) => weight > 0);
  for (const item of wanted) {
    left -= item.weight;
    if (left < 0) return item;
  }
  // Adding and subtracting floating point numbers may leave a crumb.
  return wanted.at(-1);
}
