import type { Report } from '@bridge/chaos-core';
import { effectProof, isUndone, reversalProof, sinceStart } from '../text/report-words.ts';
import { duration, moment } from '../text/units.ts';
import { html, type Markup } from './markup.ts';

type FaultRecord = Report['faults'][number];

/** Most rows; a report may hold thousands. */
const MOST = 500;

/** Every fault with the proof that it was there and that it is gone. */
export function faultSection(report: Report): Markup | null {
  const { faults } = report;
  if (faults.length === 0) return null;
  const more = faults.length - MOST;
  const rows = faults.slice(0, MOST).map((fault) => row(report, fault));
  return html`<section class="card" aria-labelledby="faults"><h2 id="faults">Faults</h2><div class="scroll"><table>
<thead><tr><th scope="col">fault</th><th scope="col">target</th><th scope="col">when</th><th scope="col">proof of effect</th><th scope="col">proof of reversal</th></tr></thead>
<tbody>${rows}</tbody></table></div>${more > 0 ? html`<p class="soft">${more} more in the JSON report.</p>` : null}</section>`;
}

function row(report: Report, fault: FaultRecord): Markup {
  const undone = isUndone(fault);
  const seen = fault.outcome === 'injected' && fault.facts.effect !== null;
  const params = JSON.stringify(fault.params);
  return html`<tr>
<th scope="row"><code>${fault.type}</code><div class="soft">step ${fault.step}</div>${params === '{}' ? null : html`<code class="soft">${params}</code>`}</th>
<td class="name"><bdi>${fault.target.name}</bdi><div class="soft">${fault.target.kind}</div></td>
<td class="when">${when(report, fault)}</td>
<td><span class="${seen ? 'ok' : 'no'}">${seen ? '✓' : '✕'} ${effectProof(fault)}</span></td>
<td><span class="${undone ? 'ok' : 'no'}">${undone ? '✓' : '✕'} ${reversalProof(fault)}</span></td>
</tr>`;
}

function when(report: Report, fault: FaultRecord): Markup {
  const at = (time: number | null): string => (time === null ? '—' : moment(sinceStart(report, time)));
  if (fault.outcome !== 'injected') return html`asked ${at(fault.requestedAt)}<div class="soft">${fault.outcome}</div>`;
  const { effectiveAt, removedAt } = fault.facts;
  if (fault.momentary) return html`${at(effectiveAt)}<div class="soft">momentary</div>`;
  const held =
    effectiveAt === null || removedAt === null
      ? null
      : html`<div class="soft">for ${duration(removedAt - effectiveAt)}</div>`;
  return html`${at(effectiveAt)} to ${at(removedAt)}${held}`;
}
