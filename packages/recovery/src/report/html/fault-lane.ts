import type { Report } from '@bridge/chaos-core';
import { effectProof, isUndone, reversalProof } from '../text/report-words.ts';
import { type Lane, laneName } from './lane.ts';
import { html, type Markup } from './markup.ts';
import { px } from './scale.ts';
import { LEFT, RIGHT, type TimelineFrame } from './timeline-frame.ts';

type FaultRecord = Report['faults'][number];

const ROW = 28;
const BAR = 16;
const CHARACTER = 6.6;
/** More are only in the table. */
const MOST = 16;

/** A bar for each fault: asked for, in effect, undone, with a ring where each was proven from outside. */
export function faultLane(frame: TimelineFrame): Lane[] {
  const { faults } = frame.report;
  if (faults.length === 0) return [];
  const shown = faults.slice(0, MOST);
  const more = faults.length - shown.length;
  const note = more === 0 ? `${faults.length} asked for` : `${more} more below`;
  const rows = shown.map((fault, index) => faultRow(frame, fault, index));
  const name = laneName(faults.length === 1 ? 'fault' : 'faults', faults.length === 1 ? '' : note, 17);
  return [{ height: shown.length * ROW, content: html`${name}${rows}` }];
}

function faultRow(frame: TimelineFrame, fault: FaultRecord, index: number): Markup {
  const label = `${fault.type} on ${fault.target.name}`;
  const drawn = fault.outcome === 'injected' ? injectedBar(frame, fault) : rejectedBar(frame, fault);
  const width = Math.min(60, label.length) * CHARACTER;
  const inside = drawn.right - drawn.start > width + 28;
  const room = drawn.right + 12 + width < RIGHT;
  const [x, anchor] = inside
    ? [drawn.start + 13, 'start']
    : room
      ? [drawn.right + 12, 'start']
      : [drawn.left - 10, 'end'];
  const shown = label.length > 60 ? `${label.slice(0, 59).toWellFormed()}…` : label;
  return html`<g class="fault fault-${fault.outcome}" data-fault="${index}" transform="translate(0 ${index * ROW})">
<title>${label}: effect ${effectProof(fault)}; ${reversalProof(fault)}</title>
${drawn.content}
<text class="fault-name${inside ? ' inside' : ''}" x="${px(Math.max(LEFT + 4, x))}" y="18" text-anchor="${anchor}">${shown}</text>
</g>`;
}

interface Drawn {
  readonly left: number;
  /** Where the effect begins: a name inside stands right of it. */
  readonly start: number;
  readonly right: number;
  readonly content: Markup;
}

function injectedBar({ time, to }: TimelineFrame, fault: Extract<FaultRecord, { outcome: 'injected' }>): Drawn {
  const { requestedAt, effectiveAt, revertingAt, removedAt } = fault.facts;
  const left = time.at(requestedAt ?? effectiveAt ?? to);
  const effect = effectiveAt === null ? null : time.at(effectiveAt);
  if (fault.momentary) {
    const x = effect ?? left;
    const body = html`<path class="fault-point" d="M${px(x)} 4l9 9l-9 9l-9 -9z"/>${effect === null ? null : proofRing(x, 'effect')}`;
    return { left: x - 10, start: x, right: x + 10, content: html`${bar('fault-edge', left, x)}${body}` };
  }
  const right = time.at(removedAt ?? to);
  const undoing = revertingAt == null ? right : time.at(Math.min(revertingAt, removedAt ?? to));
  const held = bar(isUndone(fault) ? 'fault-hold' : 'fault-open', effect ?? left, isUndone(fault) ? undoing : right);
  const content = html`${bar('fault-edge', left, effect ?? left)}${held}${isUndone(fault) ? bar('fault-edge', undoing, right) : null}${
    effect === null ? null : proofRing(effect, 'effect')
  }${isUndone(fault) ? proofRing(right, 'reversal') : null}`;
  return { left, start: effect ?? left, right, content };
}

function rejectedBar({ time }: TimelineFrame, { requestedAt }: Extract<FaultRecord, { requestedAt: number }>): Drawn {
  const x = time.at(requestedAt);
  const cross = html`<path class="fault-rejected" d="M${px(x - 5)} 8l10 10m0 -10l-10 10"/>`;
  return { left: x - 6, start: x, right: x + 6, content: cross };
}

function bar(name: string, left: number, right: number): Markup | null {
  if (right - left < 0.5) return null;
  return html`<rect class="${name}" x="${px(left)}" y="${(ROW - BAR) / 2 - 1}" width="${px(right - left)}" height="${BAR}" rx="3"/>`;
}

function proofRing(x: number, of: 'effect' | 'reversal'): Markup {
  const check = html`<path class="proof-check" d="M${px(x - 3)} 13l2.2 2.4l4 -4.6"/>`;
  return html`<g data-proof="${of}"><circle class="proof" cx="${px(x)}" cy="13" r="6.5"/>${check}</g>`;
}
