import type { Report } from '@bridge/chaos-core';
import { toneOf } from '../html/head-section.ts';
import { html, type Markup } from '../html/markup.ts';
import { page } from '../html/page.ts';
import type { ReportComparison } from './compare-reports.ts';
import { comparisonChart } from './comparison-chart.ts';
import { comparedWords, comparisonHeadline } from './comparison-words.ts';

const MOST_PROBES = 12;
const FINDINGS = {
  worse: ['bad', '✕ worse'],
  'not-worse': ['good', '✓ not worse'],
  uncertain: ['warn', '? may be worse'],
  'too-few': ['warn', '– cannot be told'],
} as const;

/** Two runs as one HTML file: what got worse, latencies laid over each other, and every number side by side. */
export function renderComparisonHtml(comparison: ReportComparison): string {
  const { before, after } = comparison;
  const headline = comparisonHeadline(comparison);
  const body = html`<main>
<p class="brand">Bridge Chaos · two runs</p>
${head(comparison, headline)}
${findings(comparison)}
${charts(comparison)}
${values(comparison)}
<footer>Made from the JSON reports of runs ${before.id} and ${after.id}.</footer>
</main>`;
  return page(`${headline} · ${after.name}`, body);
}

function head({ before, after, regression }: ReportComparison, headline: string): Markup {
  const tone = regression?.outcome === 'regressed' ? 'bad' : regression?.outcome === 'no-regression' ? 'good' : 'warn';
  return html`<header class="card head ${tone}"><div class="head-line"><span class="badge strong">${headline}</span></div>
<h1><bdi>${after.name}</bdi></h1>
<div class="scroll"><table><thead><tr><th scope="col"></th><th scope="col">verdict</th><th scope="col">run</th><th scope="col">started</th><th scope="col">experiment</th></tr></thead><tbody>${runRow('before', before)}${runRow('after', after)}</tbody></table></div></header>`;
}

function runRow(which: string, report: Report): Markup {
  const { verdict, id, startedAt, name } = report;
  return html`<tr class="${toneOf(report)}"><th scope="row">${which}</th><td><span class="badge">${verdict}</span></td><td><code>${id}</code></td><td>${startedAt}</td><td class="name"><bdi>${name}</bdi></td></tr>`;
}

function findings({ regression }: ReportComparison): Markup | null {
  if (regression === null) return null;
  const rows = regression.findings.map(({ outcome, sentence }) => {
    const [tone, words] = FINDINGS[outcome];
    return html`<li class="${tone}"><span class="badge">${words}</span><div><bdi>${sentence}</bdi></div></li>`;
  });
  return html`<section class="card" aria-labelledby="findings"><h2 id="findings">What can be told</h2><ul class="reasons wide">${rows}</ul></section>`;
}

function charts(comparison: ReportComparison): Markup | null {
  const { before, after } = comparison;
  const names = [...new Set([...after.probes, ...before.probes].map(({ name }) => name))].slice(0, MOST_PROBES);
  const drawn = names.flatMap((name) => {
    const chart = comparisonChart(comparison, name);
    return chart === null ? [] : [html`<h3><bdi>${name}</bdi></h3><div class="scroll">${chart}</div>`];
  });
  if (drawn.length === 0) return null;
  return html`<section class="card" aria-labelledby="latency"><h2 id="latency">p95 by the second</h2>${drawn}<ul class="legend"><li><svg aria-hidden="true"><path class="before-line" d="M0 6H22"/></svg>before</li><li><svg aria-hidden="true"><path class="after-line" d="M0 6H22"/></svg>after</li></ul></section>`;
}

function values({ values: all }: ReportComparison): Markup | null {
  if (all.length === 0) return null;
  const rows = all.map((value) => {
    const { before, after, change } = comparedWords(value);
    return html`<tr><th scope="row"><bdi>${value.of}</bdi></th><td>${value.name}</td><td class="number">${before}</td><td class="number">${after}</td><td class="number">${change}</td></tr>`;
  });
  return html`<section class="card" aria-labelledby="numbers"><h2 id="numbers">Numbers</h2><div class="scroll"><table><caption>Side by side; what matters is told above.</caption><thead><tr><th scope="col">of</th><th scope="col">value</th><th scope="col" class="number">before</th><th scope="col" class="number">after</th><th scope="col" class="number">change</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}
