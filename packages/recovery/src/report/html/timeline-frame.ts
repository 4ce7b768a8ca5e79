import type { Report } from '@bridge/chaos-core';
import { linearScale, type Scale } from './scale.ts';

/** Pixels of the drawing; it is scaled to the page's width. */
export const WIDTH = 1200;
export const LEFT = 118;
export const RIGHT = WIDTH - 14;

/** The time axis that everything in a run's drawing shares. */
export interface TimelineFrame {
  readonly report: Report;
  /** Monotonic ms of the run's clock. */
  readonly from: number;
  readonly to: number;
  /** Pixel of a moment in monotonic ms. */
  readonly time: Scale;
}

export function timelineFrame(report: Report): TimelineFrame {
  const from = report.clock.monotonic;
  const ends = report.phases.map(({ to }) => to);
  const lastSecond = report.probes.flatMap(({ seconds }) => seconds.map(({ at }) => from + at * 1000));
  const marks = Object.values(report.marks).filter((at) => at !== null);
  const to = [from + report.duration, ...ends, ...lastSecond, ...marks].reduce((a, b) => Math.max(a, b), from + 1);
  const axis = linearScale(0, to - from, LEFT, RIGHT, 12);
  return { report, from, to, time: { at: (at) => axis.at(at - from), ticks: axis.ticks.map((tick) => tick + from) } };
}
