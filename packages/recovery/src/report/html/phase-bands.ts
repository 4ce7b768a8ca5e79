import { duration } from '../text/units.ts';
import { html, type Markup } from './markup.ts';
import { px } from './scale.ts';
import type { TimelineFrame } from './timeline-frame.ts';

export const PHASE_TAB = 22;
/** Pixels that a character of a phase's name takes, with its margin. */
const CHARACTER = 6.6;

/** The phases as tinted bands from `top` down, each with its name on a tab. */
export function phaseBands({ report, time }: TimelineFrame, top: number, height: number): Markup[] {
  return report.phases.map(({ phase, from, to }) => {
    const [left, right] = [time.at(from), time.at(to)];
    const width = Math.max(0, right - left);
    const fits = width >= phase.length * CHARACTER + 8;
    return html`<g class="phase phase-${phase}" data-phase="${phase}">
<title>${phase}: ${duration(to - from)}</title>
<rect class="phase-band" x="${px(left)}" y="${top}" width="${px(width)}" height="${px(height)}"/>
<rect class="phase-tab" x="${px(left)}" y="${top}" width="${px(width)}" height="${PHASE_TAB}"/>
${fits ? html`<text class="phase-name" x="${px(left + width / 2)}" y="${top + 15}" text-anchor="middle">${phase}</text>` : null}
</g>`;
  });
}
