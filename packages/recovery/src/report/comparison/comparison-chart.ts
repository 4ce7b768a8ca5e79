import type { Report } from '@bridge/chaos-core';
import { html, type Markup } from '../html/markup.ts';
import { type Point, throughEach } from '../html/path.ts';
import { linearScale, logScale, px, type Scale } from '../html/scale.ts';
import { secondColumns } from '../html/second-columns.ts';
import { duration } from '../text/units.ts';
import type { ReportComparison } from './compare-reports.ts';

const WIDTH = 1200;
const LEFT = 118;
const RIGHT = WIDTH - 14;
const HEIGHT = 140;
const AXIS = 24;
/** From this ratio on only decades show both ends. */
const WIDE = 25;

/** p95 of one probe in both runs, laid over each other where their faults took effect. */
export function comparisonChart({ before, after }: ReportComparison, probe: string): Markup | null {
  const lines = [lineOf(before, probe), lineOf(after, probe)];
  const points = lines.flat();
  if (points.length === 0) return null;
  const from = points.reduce((least, point) => Math.min(least, point.from), 0);
  const to = points.reduce((most, point) => Math.max(most, point.to), 1);
  const time = linearScale(from, to, LEFT, RIGHT, 12);
  const value = valueScale(points.map(({ p95 }) => p95));
  return html`<svg class="chart" role="img" aria-label="p95 of ${probe}, before and after" viewBox="0 0 ${WIDTH} ${HEIGHT + AXIS}" data-probe="${probe}">
<title>p95 of ${probe} in both runs; 0 is when the fault took effect</title>
<rect class="panel" x="${LEFT}" y="0" width="${RIGHT - LEFT}" height="${HEIGHT}"/>
${axes(time, value)}
<path class="before-line" d="${path(lines[0] ?? [], time, value)}"/>
<path class="after-line" d="${path(lines[1] ?? [], time, value)}"/>
</svg>`;
}

interface Seen {
  /** Seconds since the fault took effect. */
  readonly from: number;
  readonly to: number;
  readonly p95: number;
}

function lineOf(report: Report, name: string): Seen[] {
  const effect = report.marks.effect ?? report.marks.request ?? report.clock.monotonic;
  const shift = (effect - report.clock.monotonic) / 1000;
  const seconds = report.probes.find((probe) => probe.name === name)?.seconds ?? [];
  return secondColumns(seconds).flatMap(({ from, to, p95 }) =>
    p95 === null ? [] : [{ from: from - shift, to: to - shift, p95 }],
  );
}

function valueScale(values: readonly number[]): Scale {
  const top = values.reduce((a, b) => Math.max(a, b), 1);
  const bottom = values.filter((value) => value > 0).reduce((a, b) => Math.min(a, b), top);
  if (top / bottom < WIDE) return linearScale(0, top * 1.08, HEIGHT - 2, 8, 4);
  return logScale(bottom * 0.8, top * 1.4, HEIGHT - 2, 8);
}

function axes(time: Scale, value: Scale): Markup {
  const across = value.ticks.map(
    (tick) =>
      html`<line class="grid faint" x1="${LEFT}" x2="${RIGHT}" y1="${px(value.at(tick))}" y2="${px(value.at(tick))}"/><text x="${LEFT - 8}" y="${px(value.at(tick) + 4)}" text-anchor="end">${tick === 0 ? '' : duration(tick)}</text>`,
  );
  const along = time.ticks.map(
    (tick) =>
      html`<line class="${tick === 0 ? 'mark-line mark-effect' : 'grid faint'}" x1="${px(time.at(tick))}" x2="${px(time.at(tick))}" y1="0" y2="${HEIGHT}"/><text x="${px(time.at(tick))}" y="${HEIGHT + 16}" text-anchor="middle">${tick === 0 ? 'effect' : `${tick > 0 ? '+' : '−'}${duration(Math.abs(tick) * 1000)}`}</text>`,
  );
  return html`${across}${along}`;
}

/** Steps; a hole lifts the pen. */
function path(points: readonly Seen[], time: Scale, value: Scale): Markup {
  const lines: Point[][] = [];
  for (const [index, { from, to, p95 }] of points.entries()) {
    if (points[index - 1]?.to !== from) lines.push([]);
    lines.at(-1)?.push([time.at(from), value.at(p95)], [time.at(to), value.at(p95)]);
  }
  return throughEach(lines);
}
