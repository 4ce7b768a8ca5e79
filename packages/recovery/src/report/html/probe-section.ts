import type { Report } from '@bridge/chaos-core';
import { durationOr, percent } from '../text/units.ts';
import { html, type Markup } from './markup.ts';

type ProbeReport = Report['probes'][number];
type Counts = Omit<ProbeReport['seconds'][number], 'at'>;

/** Most rows of all tables by the second together; a drawing shows every second anyway. */
const MOST_SECONDS = 6_000;

const HEAD = html`<th scope="col" class="number">checks</th><th scope="col" class="number">healthy</th><th scope="col" class="number">failed</th><th scope="col" class="number">timed out</th><th scope="col" class="number">unknown</th><th scope="col" class="number">p50</th><th scope="col" class="number">p95</th><th scope="col" class="number">p99</th><th scope="col" class="number">max</th>`;

/** What every probe saw, by phase, and folded away by the second. */
export function probeSection({ probes }: Report): Markup | null {
  if (probes.length === 0) return null;
  const rows = Math.floor(MOST_SECONDS / probes.length);
  const parts = probes.map((probe) => html`${probePart(probe)}${secondTable(probe.seconds, rows)}`);
  return html`<section class="card" aria-labelledby="probes"><h2 id="probes">Probes</h2>${parts}</section>`;
}

function probePart(probe: ProbeReport): Markup {
  const { name, type, every, timeout, judged, sampling, lost, phases } = probe;
  const kept =
    sampling === null
      ? null
      : html` · ${percent(sampling.rate)} of ${sampling.planned} planned checks sent, lag p99 ${durationOr(sampling.lagP99)}${sampling.shed === 0 ? null : `, ${sampling.shed} shed`}`;
  const cost =
    lost === undefined
      ? null
      : html` · about ${lost.requests.toFixed(1)} requests lost${lost.cost === 0 ? null : `, ${lost.cost.toFixed(2)} ${lost.currency ?? ''}`}`;
  const rows = phases.map(({ phase, ...counts }) => html`<tr><th scope="row">${phase}</th>${cells(counts)}</tr>`);
  return html`<h3><bdi>${name}</bdi> <span class="badge">${type}</span></h3>
<p class="soft">every ${durationOr(every)}, time-out ${durationOr(timeout)} · ${judged ? 'decides the verdict' : 'only watched'}${kept}${cost}</p>
<div class="scroll"><table><thead><tr><th scope="col">phase</th>${HEAD}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

function secondTable(seconds: ProbeReport['seconds'], most: number): Markup | null {
  if (seconds.length === 0) return null;
  const rows = seconds
    .slice(0, most)
    .map(({ at, ...counts }) => html`<tr><th scope="row">${at} s</th>${cells(counts)}</tr>`);
  const more = seconds.length - most;
  return html`<details><summary>By the second</summary><div class="scroll"><table><thead><tr><th scope="col">since start</th>${HEAD}</tr></thead><tbody>${rows}</tbody></table></div>${more > 0 ? html`<p class="soft">${more} more seconds in the JSON report.</p>` : null}</details>`;
}

function cells({ checks, healthy, degraded, timeouts, unknown, p50, p95, p99, max }: Counts): Markup {
  const counted = healthy + degraded;
  const share = counted === 0 ? '—' : percent(healthy / counted);
  const tone = degraded === 0 ? 'number' : 'number no';
  return html`<td class="number">${checks}</td><td class="number">${share}</td><td class="${tone}">${degraded}</td><td class="number">${timeouts}</td><td class="number">${unknown}</td>${[p50, p95, p99, max].map((value) => html`<td class="number">${durationOr(value)}</td>`)}`;
}
