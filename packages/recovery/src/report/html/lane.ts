import { html, type Markup } from './markup.ts';
import { px } from './scale.ts';
import { LEFT } from './timeline-frame.ts';

/** A strip of the drawing: what it shows, moved down to where it belongs, and how high it is. */
export interface Lane {
  readonly height: number;
  readonly content: Markup;
}

/** Lanes below each other. */
export function stack(
  lanes: readonly Lane[],
  top: number,
  gap: number,
): { readonly markup: Markup[]; readonly bottom: number } {
  let y = top;
  const markup = lanes.map(({ content, height }) => {
    const placed = html`<g transform="translate(0 ${px(y)})">${content}</g>`;
    y += height + gap;
    return placed;
  });
  return { markup, bottom: y - (lanes.length === 0 ? 0 : gap) };
}

/** The name of a lane in its margin, cut to what fits there. */
export function laneName(name: string, note: string, y: number): Markup {
  const shown = name.length > 17 ? `${name.slice(0, 16).toWellFormed()}…` : name;
  return html`<text class="strong-text" x="${LEFT - 12}" y="${y}" text-anchor="end"><title>${name}</title>${shown}</text><text x="${LEFT - 12}" y="${y + 15}" text-anchor="end">${note}</text>`;
}
