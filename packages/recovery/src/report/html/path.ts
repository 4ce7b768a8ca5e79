import { Markup } from './markup.ts';
import { px } from './scale.ts';

/** A place in the drawing, in pixels. */
export type Point = readonly [x: number, y: number];

/** The commands of an SVG path through the points: numbers alone, as long as it takes. */
export function through(points: readonly Point[]): Markup {
  const places = points.map(([x, y]) => `${px(x)} ${px(y)}`);
  return new Markup(places.length === 0 ? '' : `M${places.join('L')}`);
}

/** The same for several lines that do not touch. */
export function throughEach(lines: readonly (readonly Point[])[]): Markup {
  return new Markup(lines.map((line) => through(line).toString()).join(''));
}
