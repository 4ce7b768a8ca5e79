import type { Report } from '@bridge/chaos-core';
import { plainValue } from '../text/units.ts';
import { html, type Markup } from './markup.ts';

const TONES: Readonly<Record<Report['verdict'], 'good' | 'warn' | 'bad'>> = {
  leaked: 'bad',
  invalid: 'warn',
  aborted: 'warn',
  failed: 'bad',
  flapping: 'bad',
  inconclusive: 'warn',
  recovered: 'good',
  held: 'good',
};

/** Why the verdict is what it is, worst first, each with the numbers behind it. */
export function reasonSection({ reasons, problems }: Report): Markup | null {
  if (reasons.length + problems.length === 0) return null;
  const rows = reasons.map(
    ({ verdict, code, sentence, numbers }) =>
      html`<li class="${TONES[verdict]}"><span class="badge" title="${code}">${verdict}</span><div><bdi>${sentence}</bdi>${numbersOf(numbers)}</div></li>`,
  );
  const troubles = problems.map(
    ({ code, message }) =>
      html`<li class="warn"><span class="badge">${code}</span><div><bdi>${message}</bdi></div></li>`,
  );
  return html`<section class="card" aria-labelledby="why"><h2 id="why">Why</h2><ul class="reasons">${rows}${troubles}</ul></section>`;
}

function numbersOf(numbers: Report['reasons'][number]['numbers']): Markup | null {
  const known = Object.entries(numbers).filter(([, value]) => value !== null && value !== undefined);
  if (known.length === 0) return null;
  const pairs = known.map(([name, value]) => html`<div><dt>${name}</dt><dd>${plainValue(value)}</dd></div>`);
  return html`<details><summary>numbers</summary><dl class="numbers">${pairs}</dl></details>`;
}
