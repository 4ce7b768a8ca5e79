/** Two-sided 95 %. */
const Z = 1.959963984540054;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Wilson score interval (1927) at 95 % for `hits` of `trials`; method 3 of Newcombe 1998. No trials: [0, 1]. */
export function wilson(hits: number, trials: number): Interval {
  if (trials === 0) return { low: 0, high: 1 };
  const share = hits / trials;
  const z2 = Z * Z;
  const centre = share + z2 / (2 * trials);
  const spread = Z * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials * trials));
  const scale = 1 + z2 / trials;
  return { low: Math.max(0, (centre - spread) / scale), high: Math.min(1, (centre + spread) / scale) };
}

/**
 * Least number of trials at which a share like the observed one lies wholly on one side of the target: the score test
 * behind {@link wilson}, solved for n. Null when it never will: the share is the target.
 */
export function decidingTrials(share: number, target: number): number | null {
  if (share === target) return null;
  return Math.floor((Z * Z * target * (1 - target)) / (share - target) ** 2) + 1;
}
