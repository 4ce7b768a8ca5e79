import type { Report } from '@bridge/chaos-core';
import { duration, durationOr, percent } from '../text/units.ts';
import type { Lane } from './lane.ts';
import { html, type Markup } from './markup.ts';
import { type Point, through } from './path.ts';
import { linearScale, logScale, px, type Scale } from './scale.ts';
import { type Column, secondColumns } from './second-columns.ts';
import { LEFT, RIGHT, type TimelineFrame } from './timeline-frame.ts';

type ProbeReport = Report['probes'][number];

/** The row of the name, over the panel. */
const HEAD = 20;
const PANEL = 112;
const STRIP = 24;
const LEAST_FAILED = 3;
const GAP = 5;
const LONGEST_NAME = 60;
/** From this ratio on between the slowest and the fastest second, only decades show both. */
const WIDE = 25;

/** One probe: p50 and the band up to p95 by the second, and below it the share of its checks that were healthy. */
export function probeLane(frame: TimelineFrame, probe: ProbeReport): Lane {
  const columns = secondColumns(probe.seconds);
  const limits = latencyLimits(frame.report, probe.name);
  const axis = latencyAxis(columns, limits);
  const x = (second: number): number => frame.time.at(frame.from + second * 1000);
  const content = html`<g class="probe" data-probe="${probe.name}">
<text class="strong-text" x="${LEFT}" y="13"><title>${probe.name}</title>${cut(probe.name)} <tspan class="kind">${axis.name}</tspan></text>
<g transform="translate(0 ${HEAD})">
<rect class="panel" x="${LEFT}" y="0" width="${RIGHT - LEFT}" height="${PANEL}"/>
${gridLines(axis.scale)}
${limits.map((limit) => limitLine(axis.scale, limit))}
${runsOf(columns).map((run) => latencyShape(run, axis.scale, x))}
<text x="${LEFT - 12}" y="${PANEL + GAP + 17}" text-anchor="end">healthy</text>
${columns.map((column) => secondColumn(frame, column))}
</g>
</g>`;
  return { height: HEAD + PANEL + GAP + STRIP, content };
}

function cut(name: string): string {
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME - 1).toWellFormed()}…`;
}

interface LatencyAxis {
  readonly scale: Scale;
  readonly name: string;
}

function latencyAxis(columns: readonly Column[], limits: readonly Limit[]): LatencyAxis {
  const values = columns.flatMap(({ p50, p95 }) => [p50 ?? [], p95 ?? []].flat()).filter((value) => value > 0);
  const top = [...values, ...limits.map(({ limit }) => limit)].reduce((a, b) => Math.max(a, b), 1);
  const bottom = values.reduce((a, b) => Math.min(a, b), top);
  if (top / bottom < WIDE) return { scale: linearScale(0, top * 1.08, PANEL - 2, 8, 4), name: 'latency' };
  return { scale: logScale(bottom * 0.8, top * 1.4, PANEL - 2, 8), name: 'latency, log' };
}

function gridLines({ ticks, at }: Scale): Markup[] {
  return ticks.map((tick) => {
    const y = px(at(tick));
    return html`<line class="grid faint" x1="${LEFT}" x2="${RIGHT}" y1="${y}" y2="${y}"/><text x="${LEFT - 8}" y="${px(at(tick) + 4)}" text-anchor="end" class="tick">${tick === 0 ? '' : duration(tick)}</text>`;
  });
}

interface Limit {
  readonly metric: string;
  readonly limit: number;
}

function latencyLimits({ objectives }: Report, probe: string): Limit[] {
  const own = objectives.filter((row) => row.probe === probe && row.metric !== 'success');
  return [...new Map(own.map(({ metric, limit }) => [metric, { metric, limit }])).values()];
}

function limitLine({ at }: Scale, { metric, limit }: Limit): Markup {
  const y = at(limit);
  return html`<line class="limit-line" x1="${LEFT}" x2="${RIGHT}" y1="${px(y)}" y2="${px(y)}"/><text class="limit-text" x="${RIGHT - 6}" y="${px(y - 4)}" text-anchor="end">${metric} limit ${duration(limit)}</text>`;
}

/** Columns that follow on each other and have latencies: a line never bridges a hole. */
function runsOf(columns: readonly Column[]): Column[][] {
  const runs: Column[][] = [];
  let previous: Column | undefined;
  for (const column of columns) {
    if (column.p50 === null || column.p95 === null) {
      previous = undefined;
      continue;
    }
    if (previous?.to === column.from) runs.at(-1)?.push(column);
    else runs.push([column]);
    previous = column;
  }
  return runs;
}

/** Steps, not slopes: what is known is one value for the whole of a second. */
function latencyShape(run: readonly Column[], { at }: Scale, x: (second: number) => number): Markup {
  const steps = (value: (column: Column) => number | null): Point[] =>
    run.flatMap((column): Point[] => {
      const y = at(value(column) ?? 0);
      return [
        [x(column.from), y],
        [x(column.to), y],
      ];
    });
  const [lower, upper] = [steps(({ p50 }) => p50), steps(({ p95 }) => p95)];
  const band = through([...upper, ...lower.toReversed()]);
  return html`<path class="p95-band" d="${band}Z"/><path class="p95-line" d="${through(upper)}"/><path class="p50-line" d="${through(lower)}"/>`;
}

function secondColumn({ time, from: start }: TimelineFrame, column: Column): Markup {
  const { from, to, healthy, degraded, unknown, p50, p95 } = column;
  const [left, right] = [time.at(start + from * 1000), time.at(start + to * 1000)];
  const width = Math.max(0.75, right - left - (right - left > 4 ? 1 : 0));
  const checks = healthy + degraded + unknown;
  const share = healthy + degraded === 0 ? null : healthy / (healthy + degraded);
  const span = to - from === 1 ? `second ${from}` : `seconds ${from} to ${to - 1}`;
  const words = `${span}: p50 ${durationOr(p50)}, p95 ${durationOr(p95)}, ${percent(share)} of ${checks} healthy`;
  return html`<g class="second" data-second="${from}"><title>${words}</title>${successBar(left, width, column)}<rect class="hit" x="${px(left)}" y="0" width="${px(width)}" height="${PANEL + GAP + STRIP}"/><text class="readout" x="${RIGHT}" y="-7" text-anchor="end">${words}</text></g>`;
}

function successBar(left: number, width: number, { healthy, degraded, unknown }: Column): Markup {
  const all = Math.max(1, healthy + degraded + unknown);
  // One failed check in a thousand must be seen too.
  const bad = degraded === 0 ? 0 : Math.max(LEAST_FAILED, (degraded / all) * STRIP);
  const good = Math.min((healthy / all) * STRIP, STRIP - bad);
  const top = PANEL + GAP;
  const part = (name: string, y: number, height: number, fill: Markup | null = null): Markup | null =>
    height < 0.1
      ? null
      : html`<rect class="${name}"${fill} x="${px(left)}" y="${px(y)}" width="${px(width)}" height="${px(height)}"/>`;
  return html`${part('unknown', top, STRIP - good - bad)}${part('degraded-back', top + STRIP - good - bad, bad)}${part('degraded', top + STRIP - good - bad, bad, html` fill="url(#hatch)"`)}${part('healthy', top + STRIP - good, good)}`;
}
