import type { Report } from '@bridge/chaos-core';
import { effectProof, isUndone, reversalProof } from '../text/report-words.ts';
import { visible } from '../text/visible.ts';
import { type Lane, laneName } from './lane.ts';
import { html, type Markup } from './markup.ts';
import { px } from './scale.ts';
import { LEFT, RIGHT, type TimelineFrame } from './timeline-frame.ts';

type FaultRecord = Report['faults'][number];

const ROW = 28;
const BAR = 16;
const CHARACTER = 7;
const LONGEST = 100;
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
  // Shown as it is measured: what hides in a name takes room when it is made visible.
  const label = visible(`${fault.type} on ${fault.target.name}`, LONGEST);
  const drawn = fault.outcome === 'injected' ? injectedBar(frame, fault) : rejectedBar(frame, fault);
  const { text, x, anchor, inside } = placeName(label, drawn);
  return html`<g class="fault fault-${fault.outcome}" data-fault="${index}" transform="translate(0 ${index * ROW})">
<title>${label}: effect ${effectProof(fault)}; ${reversalProof(fault)}</title>
${drawn.content}
<text class="fault-name${inside ? ' inside' : ''}" x="${px(x)}" y="18" text-anchor="${anchor}">${text}</text>
</g>`;
}

interface PlacedName {
  readonly text: string;
  readonly x: number;
  readonly anchor: 'start' | 'end';
  readonly inside: boolean;
}

/** Inside the bar where it fits; else beside it, on the side with more room, cut to that room. */
function placeName(label: string, { left, start, right }: Drawn): PlacedName {
  const wide = label.length * CHARACTER;
  if (right - start > wide + 28) return { text: label, x: start + 13, anchor: 'start', inside: true };
  const [after, before] = [RIGHT - right - 16, left - LEFT - 16];
  const [most] = [after, before, right - start - 28].toSorted((a, b) => b - a);
  const room = wide <= after ? after : wide <= before ? before : (most ?? after);
  const fitting = Math.max(1, Math.floor(room / CHARACTER));
  const text = label.length <= fitting ? label : `${label.slice(0, fitting - 1).toWellFormed()}…`;
  if (room === after) return { text, x: right + 12, anchor: 'start', inside: false };
  if (room === before) return { text, x: left - 10, anchor: 'end', inside: false };
  return { text, x: start + 13, anchor: 'start', inside: true };
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
