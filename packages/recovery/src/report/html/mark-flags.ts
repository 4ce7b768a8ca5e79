import type { Report } from '@bridge/chaos-core';
import { marksInOrder, sinceStart } from '../text/report-words.ts';
import { moment } from '../text/units.ts';
import { html, type Markup } from './markup.ts';
import { px } from './scale.ts';
import { RIGHT, type TimelineFrame } from './timeline-frame.ts';

type MarkName = keyof Report['marks'];

export interface PlacedMark {
  readonly mark: MarkName;
  readonly meaning: string;
  readonly x: number;
  readonly row: number;
  readonly text: string;
  readonly after: string;
  /** The label stands left of its line, since there is no room on the right. */
  readonly left: boolean;
}

export const MARK_ROW = 17;
/** Pixels that a character of a label takes on average. */
const CHARACTER = 6.5;

/** Marks from the left to the right, each label on the first row where it covers no other. */
export function placeMarks({ report, time }: TimelineFrame): PlacedMark[] {
  const taken: [number, number][][] = [];
  return marksInOrder(report).map(({ mark, meaning, at }) => {
    const x = time.at(at);
    const after = moment(sinceStart(report, at));
    const width = (mark.length + after.length + 1) * CHARACTER + 14;
    const left = x + width > RIGHT;
    const span: [number, number] = left ? [x - width, x + 6] : [x - 6, x + width];
    const free = taken.findIndex((row) => row.every(([from, to]) => span[1] < from || span[0] > to));
    const row = free === -1 ? taken.length : free;
    taken[row] = [...(taken[row] ?? []), span];
    return { mark, meaning, x, row, text: mark, after, left };
  });
}

export function rowsOf(marks: readonly PlacedMark[]): number {
  return marks.reduce((most, { row }) => Math.max(most, row + 1), 0);
}

/** A line from each label down to `bottom`. */
export function markLines(marks: readonly PlacedMark[], top: number, bottom: number): Markup[] {
  return marks.map(
    ({ mark, x, row }) =>
      html`<line class="mark-line mark-${mark}" x1="${px(x)}" x2="${px(x)}" y1="${top + row * MARK_ROW + 6}" y2="${px(bottom)}"/>`,
  );
}

/** Labels in their rows from `top` on. */
export function markLabels(marks: readonly PlacedMark[], top: number): Markup[] {
  return marks.map((placed) => markLabel(placed, top + placed.row * MARK_ROW));
}

function markLabel({ mark, meaning, x, text, after, left }: PlacedMark, y: number): Markup {
  const anchor = left ? 'end' : 'start';
  return html`<g class="mark mark-${mark}" data-mark="${mark}">
<title>t_${mark}, ${after} after the start: ${meaning}</title>
<circle class="mark-flag" cx="${px(x)}" cy="${y + 6}" r="4"/>
<text class="mark-name" x="${px(left ? x - 8 : x + 8)}" y="${y + 10}" text-anchor="${anchor}">${text} <tspan class="mark-time">${after}</tspan></text>
</g>`;
}
