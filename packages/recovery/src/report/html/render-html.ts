import type { Report } from '@bridge/chaos-core';
import { faultSection } from './fault-section.ts';
import { headSection, tiles } from './head-section.ts';
import { html } from './markup.ts';
import { objectiveSection } from './objective-section.ts';
import { page } from './page.ts';
import { probeSection } from './probe-section.ts';
import { reasonSection } from './reason-section.ts';
import { recordSection } from './record-section.ts';
import { timelineSection } from './timeline-section.ts';

/**
 * The report as one HTML file that needs no network, no script and no other file: verdict, reasons, the run on one axis
 * of time (phases over the latency band, marks, faults with their proofs, signals, probes), objectives, numbers, events.
 * Light and dark, printable, with a table for everything that is drawn.
 */
export function renderHtml(report: Report): string {
  const body = html`<main>
<p class="brand">Bridge Chaos · run report</p>
${headSection(report)}
${tiles(report)}
${reasonSection(report)}
${timelineSection(report)}
${faultSection(report)}
${objectiveSection(report)}
${probeSection(report)}
${recordSection(report)}
<footer>Made from the JSON report, version ${report.version}, of run ${report.id}.</footer>
</main>`;
  return page(`${report.passed ? 'PASS' : 'FAIL'} · ${report.name} · ${report.verdict}`, body);
}
