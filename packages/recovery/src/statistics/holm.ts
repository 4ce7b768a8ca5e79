/**
 * Holm's step-down correction for several tests (Holm 1979): adjusted p-values in the order given. A test holds at
 * level alpha when its adjusted value is at most alpha.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let largest = 0;
  order.forEach(({ p, index }, position) => {
    largest = Math.max(largest, Math.min(1, (order.length - position) * p));
    adjusted[index] = largest;
  });
  return adjusted;
}
