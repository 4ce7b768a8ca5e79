export interface Ranked {
  /** Midranks from 1, in the order of the values. */
  readonly ranks: readonly number[];
  /** Sum of t³ - t over groups of t equal values. 0: no ties. */
  readonly tieTerm: number;
}

/** Ranks values; equal values share the mean of their ranks. */
export function rank(values: readonly number[]): Ranked {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const ranks = new Array<number>(values.length).fill(0);
  let tieTerm = 0;
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && order[to]?.value === order[from]?.value) to += 1;
    for (const { index } of order.slice(from, to)) ranks[index] = (from + 1 + to) / 2;
    const size = to - from;
    tieTerm += size ** 3 - size;
    from = to;
  }
  return { ranks, tieTerm };
}
