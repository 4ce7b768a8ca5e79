import type { Report } from '@bridge/chaos-core';
import { breaksPromise, objectiveWords, SPANS } from '../text/report-words.ts';
import { percent } from '../text/units.ts';
import { html, type Markup } from './markup.ts';
import { linearScale, px } from './scale.ts';

type Objective = Report['objectives'][number];

const BAR = 150;

/** Every limit, what was seen, and where its interval lies. */
export function objectiveSection(report: Report): Markup | null {
  const { objectives } = report;
  if (objectives.length === 0) return null;
  const rows = objectives.map((row) => objectiveRow(row, report));
  return html`<section class="card" aria-labelledby="objectives"><h2 id="objectives">Objectives</h2><div class="scroll"><table>
<thead><tr><th scope="col">when</th><th scope="col">probe</th><th scope="col">limit</th><th scope="col" class="number">seen</th><th scope="col">share within the limit, 95 % interval</th><th scope="col" class="number">checks</th><th scope="col">outcome</th></tr></thead>
<tbody>${rows}</tbody></table></div></section>`;
}

function objectiveRow(row: Objective, report: Report): Markup {
  const { limit, seen, share } = objectiveWords(row);
  const broken = breaksPromise(row, report);
  const [tone, sign] =
    row.outcome === 'pass' ? (['good', '✓'] as const) : broken ? (['bad', '✕'] as const) : (['warn', '–'] as const);
  const allowed = row.outcome === 'fail' && !broken ? ' (an impact is allowed here)' : '';
  const more = row.needed === null ? null : html`<div class="soft">${row.needed} checks would decide</div>`;
  return html`<tr class="${tone}"><th scope="row">${SPANS[row.span]}</th><td class="name"><bdi>${row.probe}</bdi></td><td class="limit">${row.metric} ${limit}</td><td class="number">${seen}</td><td class="limit">${intervalBar(row, share)}<div class="soft">${share}</div></td><td class="number">${row.checks}</td><td><span class="badge">${sign} ${row.outcome}</span><span class="soft">${allowed}</span>${more}</td></tr>`;
}

function intervalBar({ interval: { low, high }, share, target }: Objective, words: string): Markup {
  const least = Math.max(0, Math.min(low, target) - 0.03);
  const { at } = linearScale(least, 1, 4, BAR - 4, 2);
  const dot = share === null ? null : html`<circle class="interval-dot" cx="${px(at(share))}" cy="9" r="4"/>`;
  return html`<svg class="mini" viewBox="0 0 ${BAR} 18" role="img"><title>${words}; target ${percent(target)}</title><line class="interval-track" x1="4" x2="${BAR - 4}" y1="9" y2="9"/><line class="interval" x1="${px(at(low))}" x2="${px(at(high))}" y1="9" y2="9"/><line class="interval-target" x1="${px(at(target))}" x2="${px(at(target))}" y1="2" y2="16"/>${dot}</svg>`;
}
