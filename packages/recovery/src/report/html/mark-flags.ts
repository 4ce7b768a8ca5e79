import type { Report } from '@bridge/chaos-core';
import { MARKS, sinceStart } from '../text/report-words.ts';
import { duration } from '../text/units.ts';
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
  const known = MARKS.flatMap(([mark, meaning]) => {
    const at = report.marks[mark];
    return at === null ? [] : [{ mark, meaning, at }];
  });
  return known
    .toSorted((a, b) => a.at - b.at)
    .map(({ mark, meaning, at }) => {
      const x = time.at(at);
      const after = duration(sinceStart(report, at));
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

/** Labels in their rows from `top` on, and a line from each down to `bottom`. */
export function markFlags(marks: readonly PlacedMark[], top: number, bottom: number): Markup[] {
  return marks.map(({ mark, meaning, x, row, text, after, left }) => {
    const y = top + row * MARK_ROW;
    const anchor = left ? 'end' : 'start';
    return html`<g class="mark mark-${mark}" data-mark="${mark}">
<title>t_${mark}, ${after} after the start: ${meaning}</title>
<line class="mark-line" x1="${px(x)}" x2="${px(x)}" y1="${y + 4}" y2="${px(bottom)}"/>
<circle class="mark-flag" cx="${px(x)}" cy="${y + 6}" r="4"/>
<text class="mark-name" x="${px(left ? x - 8 : x + 8)}" y="${y + 10}" text-anchor="${anchor}">${text} <tspan class="mark-time">${after}</tspan></text>
</g>`;
  });
}
