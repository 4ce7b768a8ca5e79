const DAY = 24 * 60 * 60_000;

/** From this risk on a card is of high risk. */
export const HIGH_RISK = 2;

/** How often a card of this risk must be drilled: 3 days from 2.0, 7 days from 1.0, else 14 days. Milliseconds. */
export function intervalOf(risk: number): number {
  if (risk >= HIGH_RISK) return 3 * DAY;
  return risk >= 1 ? 7 * DAY : 14 * DAY;
}
