import type { Report } from '@bridge/chaos-core';
import * as z from 'zod';
import { keyTimes, VERDICT_MEANING } from '../text/report-words.ts';
import { duration, percent } from '../text/units.ts';
import { html, type Markup } from './markup.ts';

const withHypothesis = z.object({ steadyState: z.object({ hypothesis: z.string() }) });

/** Green for a pass, amber for what tells nothing, red for the rest. */
export function toneOf({ passed, verdict }: Pick<Report, 'passed' | 'verdict'>): 'good' | 'warn' | 'bad' {
  if (passed) return 'good';
  return verdict === 'inconclusive' || verdict === 'invalid' || verdict === 'aborted' ? 'warn' : 'bad';
}

export function headSection(report: Report): Markup {
  const { name, verdict, passed, expect, id, seed, startedAt, actor } = report;
  const hypothesis = withHypothesis.safeParse(report.experiment).data?.steadyState.hypothesis;
  return html`<header class="card head ${toneOf(report)}">
<div class="head-line"><span class="badge strong">${passed ? '✓ PASS' : '✕ FAIL'}</span><span class="badge">${verdict}</span><span class="soft">expected <b>${expect}</b> · ${VERDICT_MEANING[verdict]}</span></div>
<h1><bdi>${name}</bdi></h1>
${hypothesis === undefined ? null : html`<p class="hypothesis">Hypothesis: <bdi>${hypothesis}</bdi></p>`}
<div class="meta"><span>run <code>${id}</code></span><span>seed <code>${seed}</code></span><span>started <time datetime="${startedAt}">${calendar(startedAt)}</time></span><span>took ${duration(report.duration)}</span>${
    actor === null ? null : html`<span>by <code>${actor}</code></span>`
  }<span>on <code>${report.environment.host}</code></span></div>
</header>`;
}

export function tiles(report: Report): Markup {
  const { clean, injected, proven } = report.reversal;
  const undone = {
    name: 'Undone, with proof',
    value: injected === 0 ? '—' : `${proven} of ${injected}`,
    tone: clean ? 'good' : 'bad',
  };
  const note =
    injected === 0 ? 'nothing was injected' : clean ? 'every fault seen gone from outside' : 'NOT PROVEN UNDONE';
  const lowest = report.health?.lowest;
  return html`<dl class="tiles">${keyTimes(report).map((time) => tile({ ...time, tone: '' }))}${tile({ ...undone, note })}${
    lowest == null
      ? null
      : tile({
          name: 'Lowest health',
          value: percent(lowest.score),
          note: `in 5 s, ${lowest.at} s after the start`,
          tone: '',
        })
  }</dl>`;
}

function tile({
  name,
  value,
  note,
  tone,
}: {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  readonly tone: string;
}): Markup {
  return html`<div class="tile ${tone}"><dt>${name}</dt><dd class="value">${value}</dd><dd class="note">${note}</dd></div>`;
}

function calendar(instant: string): string {
  return instant.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
}
