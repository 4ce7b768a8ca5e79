const BARS = '▁▂▃▄▅▆▇█';

/** One bar per value, from 0 to `top`; a blank where there is no value. */
export function sparkline(values: readonly (number | null)[], top: number): string {
  return values.map((value) => (value === null ? ' ' : barOf(value / top))).join('');
}

function barOf(share: number): string {
  const index = Math.ceil(Math.min(1, Math.max(0, share)) * BARS.length) - 1;
  return BARS.charAt(Math.max(0, index));
}
