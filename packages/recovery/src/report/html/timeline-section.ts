import type { Report } from '@bridge/chaos-core';
import { MARKS, sinceStart } from '../text/report-words.ts';
import { duration, moment } from '../text/units.ts';
import { html, type Markup } from './markup.ts';
import { timelineChart } from './timeline-chart.ts';

export function timelineSection(report: Report): Markup | null {
  if (report.phases.length === 0) return null;
  return html`<section class="card" aria-labelledby="timeline"><h2 id="timeline">Time line</h2>
<div class="scroll">${timelineChart(report)}</div>
<ul class="legend">
<li>${sample(html`<path class="p50-line" d="M0 6H22"/>`)}p50</li>
<li>${sample(html`<rect class="p95-band" width="22" height="12"/>`)}up to p95</li>
<li>${sample(html`<rect class="healthy" width="22" height="12"/>`)}healthy checks</li>
<li>${sample(html`<rect class="degraded-back" width="22" height="12"/><rect width="22" height="12" fill="url(#hatch)"/>`)}failed checks</li>
<li>${sample(html`<rect class="fault-hold" width="22" height="12" rx="3"/>`)}fault in effect</li>
<li>${sample(html`<circle class="proof" cx="11" cy="6" r="5.5"/><path class="proof-check" d="M8 6l2.2 2.4l4 -4.6"/>`)}proven from outside</li>
</ul>
${markTable(report)}</section>`;
}

function sample(content: Markup): Markup {
  return html`<svg aria-hidden="true">${content}</svg>`;
}

/** The same for those who cannot see the drawing. */
function markTable(report: Report): Markup {
  const marks = MARKS.map(([mark, meaning]) => {
    const at = report.marks[mark];
    const after = at === null ? '—' : moment(sinceStart(report, at));
    return html`<tr><th scope="row">t_${mark}</th><td class="number">${after}</td><td>${meaning}</td></tr>`;
  });
  const phases = report.phases.map(
    ({ phase, from, to }) =>
      html`<tr><th scope="row">${phase}</th><td class="number">${moment(sinceStart(report, from))}</td><td>for ${duration(to - from)}</td></tr>`,
  );
  const signals = report.signals.map(
    ({ kind, name, at }) =>
      html`<tr><th scope="row">${kind}</th><td class="number">${moment(sinceStart(report, at))}</td><td><bdi>${name}</bdi></td></tr>`,
  );
  return html`<details><summary>Marks, phases and signals as a table</summary><table><caption>Times since the start of the run</caption><thead><tr><th scope="col">what</th><th scope="col" class="number">when</th><th scope="col"></th></tr></thead><tbody>${phases}${marks}${signals}</tbody></table></details>`;
}
