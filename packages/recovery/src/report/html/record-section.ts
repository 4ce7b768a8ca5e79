import type { Report } from '@bridge/chaos-core';
import * as z from 'zod';
import { sinceStart } from '../text/report-words.ts';
import { plainValue } from '../text/units.ts';
import { visibleLines } from '../text/visible.ts';
import { html, type Markup, preformatted } from './markup.ts';

const MOST_EVENTS = 1_500;
const LONGEST_EXPERIMENT = 100_000;
const SAMPLES: ReadonlySet<string> = new Set(['probe:second', 'health:second']);

/** What it takes to find the run in the ledger, to run it again, and to see where it ran. */
export function recordSection(report: Report): Markup {
  const { id, seed, environment, versions, secrets, events } = report;
  const verdict = events.findLast(({ type }) => type === 'run:finished');
  const last = verdict ?? events.at(-1);
  const facts: [string, string | null][] = [
    ['Run', id],
    ['Seed', String(seed)],
    [verdict === undefined ? 'Last ledger entry' : 'Ledger entry of the verdict', last?.id ?? null],
    ['Node', last?.node ?? null],
    [
      'Host',
      `${environment.host}: ${environment.cpus} CPUs, ${(environment.memory / 2 ** 30).toFixed(1)} GiB, ${environment.platform} ${environment.arch}`,
    ],
    [
      'Versions',
      Object.entries({ ...versions, node: environment.node })
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
    [
      'Secrets',
      Object.entries(secrets)
        .map(([name, { from }]) => `${name} (${from})`)
        .join(', ') || null,
    ],
  ];
  const written = visibleLines(JSON.stringify(report.experiment, null, 2), LONGEST_EXPERIMENT);
  return html`<section class="card" aria-labelledby="record"><h2 id="record">Record</h2>
<dl class="facts">${facts.map(([name, value]) => (value === null ? null : html`<dt>${name}</dt><dd><code>${value}</code></dd>`))}</dl>
<details><summary>Experiment</summary><pre tabindex="0">${preformatted(written)}</pre></details>
${eventTable(report)}</section>`;
}

/** What happened, without the samples, which the time line shows. */
function eventTable(report: Report): Markup {
  const telling = report.events.filter(({ type }) => !SAMPLES.has(type));
  const rows = telling.slice(0, MOST_EVENTS).map((event) => {
    const after = (sinceStart(report, event.monotonic) / 1000).toFixed(3);
    return html`<tr title="${event.id}"><td class="number mono">${after}</td><td><code>${event.type}</code></td><td class="name"><bdi>${sentenceOf(event)}</bdi></td></tr>`;
  });
  const more = Math.max(0, telling.length - MOST_EVENTS) + report.eventsDropped;
  return html`<details><summary>${telling.length} events</summary><div class="scroll"><table><thead><tr><th scope="col" class="number">seconds</th><th scope="col">event</th><th scope="col">what happened</th></tr></thead><tbody>${rows}</tbody></table></div>${more === 0 ? null : html`<p class="soft">${more} more are not shown here.</p>`}</details>`;
}

/** What an event tells, in the order it tells it; events of plugins and of journals too. */
function sentenceOf({ data }: Report['events'][number]): string {
  return Object.entries(data)
    .map(([name, value]) => `${name} ${wordsOf(value)}`)
    .join(', ');
}

const referenced = z.object({ type: z.string(), target: z.object({ name: z.string() }) });

function wordsOf(value: unknown): string {
  const fault = referenced.safeParse(value).data;
  if (fault !== undefined) return `${fault.type} on ${fault.target.name}`;
  return value === undefined ? '' : plainValue(value);
}
