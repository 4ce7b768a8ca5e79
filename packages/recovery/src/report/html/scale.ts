/** From values to pixels. */
export interface Scale {
  /** Pixel of a value; values outside are drawn at the edge. */
  at(value: number): number;
  /** Where the axis has its lines, ascending. */
  readonly ticks: readonly number[];
}

/** Values `from` to `to` onto pixels `start` to `end`, with at most so many round ticks. */
export function linearScale(from: number, to: number, start: number, end: number, most: number): Scale {
  const width = Math.max(Number.MIN_VALUE, to - from);
  return {
    at: (value) => start + ((clamp(value, from, to) - from) / width) * (end - start),
    ticks: roundTicks(from, to, most),
  };
}

/** The same by decades, for values above 0. */
export function logScale(from: number, to: number, start: number, end: number): Scale {
  const [low, high] = [Math.log10(from), Math.log10(to)];
  const decades = Array.from(
    { length: Math.floor(high) - Math.ceil(low) + 1 },
    (_, index) => 10 ** (Math.ceil(low) + index),
  );
  return {
    at: (value) => start + ((Math.log10(clamp(value, from, to)) - low) / Math.max(1e-9, high - low)) * (end - start),
    ticks: decades,
  };
}

/** Pixels of a coordinate as they are written: two decimals. */
export function px(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function roundTicks(from: number, to: number, most: number): number[] {
  const rough = (to - from) / Math.max(1, most);
  if (!(rough > 0)) return [from];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.floor(to / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => (first + index) * step);
}
