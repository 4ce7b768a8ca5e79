import type { Report } from '@bridge/chaos-core';
import { duration, moment } from '../text/units.ts';
import { faultLane } from './fault-lane.ts';
import { stack } from './lane.ts';
import { MARK_ROW, markLabels, markLines, placeMarks, rowsOf } from './mark-flags.ts';
import { html, type Markup } from './markup.ts';
import { PHASE_TAB, phaseBands } from './phase-bands.ts';
import { probeLane } from './probe-lane.ts';
import { px } from './scale.ts';
import { healthLane, signalLane } from './signal-lane.ts';
import { RIGHT, type TimelineFrame, timelineFrame, WIDTH } from './timeline-frame.ts';

const GAP = 12;
const AXIS = 26;
/** More are only in the table. */
const MOST_PROBES = 12;

/** The run on one axis of time: marks, phases, faults, signals, health, and every probe. */
export function timelineChart(report: Report): Markup {
  const frame = timelineFrame(report);
  const marks = placeMarks(frame);
  const top = rowsOf(marks) * MARK_ROW + 8;
  const lanes = [
    ...faultLane(frame),
    ...signalLane(frame),
    ...healthLane(frame),
    ...shownProbes(report).map((probe) => probeLane(frame, probe)),
  ];
  const { markup, bottom } = stack(lanes, top + PHASE_TAB + GAP, GAP);
  return html`<svg class="chart" role="img" aria-labelledby="chart-title chart-text" viewBox="0 0 ${WIDTH} ${px(bottom + AXIS)}" data-from="${frame.from}" data-to="${frame.to}">
<title id="chart-title">Time line of the run</title>
<desc id="chart-text">${description(report)}</desc>
<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch" x1="0" y1="0" x2="0" y2="6"/></pattern></defs>
${phaseBands(frame, top, bottom - top)}
${timeAxis(frame, top + PHASE_TAB, bottom)}
${markLines(marks, 2, bottom)}
${markup}
${markLabels(marks, 2)}
</svg>`;
}

/** Probes that decide come first. */
export function shownProbes({ probes }: Report): Report['probes'] {
  return probes
    .filter(({ seconds }) => seconds.length > 0)
    .toSorted((a, b) => Number(b.judged) - Number(a.judged))
    .slice(0, MOST_PROBES);
}

function timeAxis({ time, from }: TimelineFrame, top: number, bottom: number): Markup[] {
  return time.ticks.map((tick) => {
    const x = time.at(tick);
    const anchor = x > RIGHT - 20 ? 'end' : 'middle';
    return html`<line class="grid" x1="${px(x)}" x2="${px(x)}" y1="${px(top)}" y2="${px(bottom)}"/><text x="${px(x)}" y="${px(bottom + 17)}" text-anchor="${anchor}">${tick === from ? '0' : moment(tick - from)}</text>`;
  });
}

function description(report: Report): string {
  const phases = report.phases.map(({ phase, from, to }) => `${phase} ${duration(to - from)}`).join(', ');
  const faults = report.faults.map(({ type, target }) => `${type} on ${target.name}`).join(', ') || 'no fault';
  return `Phases: ${phases}. Faults: ${faults}. The tables below hold the same numbers.`;
}
