import type { Envelope } from '../entry/envelope.ts';
import type { LogStore } from '../store/log-store.ts';
import { readRecords } from './page.ts';
import type { EntryFilter } from './search.ts';

/** What one run amounted to. Derived from its entries whenever it is asked for, never stored. */
export interface IncidentView {
  /** Time of the run's first entry. */
  readonly timestamp: string;
  /** The run. */
  readonly incident_id: string;
  readonly card_id: string | null;
  /** The card's category, else the family of the first fault (`network` of `network.latency`). */
  readonly category: string | null;
  /**
   * Null while the run goes on. Of a drill whether it passed; else true for the verdicts `held` and `recovered`, unless a
   * gate failed.
   */
  readonly success: boolean | null;
  /** Seconds from the impact to the system's own detection; null when it was not detected. */
  readonly mean_time_to_detect: number | null;
  /** Seconds from the impact until users were fine again; null when that was not seen. */
  readonly mean_time_to_heal: number | null;
  readonly gates_passed: number;
  readonly gates_failed: number;
  /** Name to SHA-256. */
  readonly artifacts: Readonly<Record<string, string>>;
  /** Indexes of the entries this was derived from, for an auditor to derive it again. */
  readonly entries: readonly number[];
}

interface Draft {
  readonly view: {
    timestamp: string;
    card: string | null;
    category: string | null;
    family: string | null;
    verdict: string | null;
    /** What the drill of a card amounted to. */
    drill: string | null;
    detect: number | null;
    heal: number | null;
  };
  readonly marks: Map<string, number>;
  readonly gates: Map<string, boolean>;
  readonly artifacts: Map<string, string>;
  readonly entries: number[];
}

const BATCH = 500;

/** One view per run that has a matching entry, in the order in which the runs began. */
export async function incidentViews(store: LogStore, filter: EntryFilter): Promise<IncidentView[]> {
  const drafts = new Map<string, Draft>();
  const { first, size } = await store.head();
  for (let from = first; from < size; ) {
    const indexes = await store.search({ filter, from, to: size, order: 'oldest-first', limit: BATCH });
    for (const { index, entry } of await readRecords(store, indexes)) {
      if (entry.run !== undefined) add(drafts, entry.run, index, entry);
    }
    if (indexes.length < BATCH) break;
    from = (indexes.at(-1) ?? size) + 1;
  }
  return [...drafts].map(([run, draft]) => finish(run, draft));
}

function add(drafts: Map<string, Draft>, run: string, index: number, entry: Envelope): void {
  const draft = drafts.get(run) ?? newDraft(entry.time);
  drafts.set(run, draft);
  draft.entries.push(index);
  const { data, type } = entry;
  readCard(draft, data);
  readGates(draft, data['gates']);
  readArtifacts(draft, data['artifacts']);
  if (type === 'drill:finished') draft.view.drill = text(data['outcome']);
  else if (type === 'fault:intended') draft.view.family ??= text(member(data['fault'], 'type'))?.split('.')[0] ?? null;
  else if (type === 'mark:set') readMark(draft, data);
  else if (type === 'run:finished') {
    draft.view.verdict = text(data['verdict']);
    draft.view.detect = milliseconds(data['timeToDetect']);
    draft.view.heal = milliseconds(data['timeToRecover']);
  }
}

function newDraft(timestamp: string): Draft {
  const view = {
    timestamp,
    card: null,
    category: null,
    family: null,
    verdict: null,
    drill: null,
    detect: null,
    heal: null,
  };
  return { view, marks: new Map(), gates: new Map(), artifacts: new Map(), entries: [] };
}

function finish(run: string, { view, marks, gates, artifacts, entries }: Draft): IncidentView {
  const passed = [...gates.values()].filter(Boolean).length;
  const failed = gates.size - passed;
  const fine = view.verdict === 'held' || view.verdict === 'recovered';
  const onset = marks.get('impact') ?? marks.get('effect');
  return {
    timestamp: view.timestamp,
    incident_id: run,
    card_id: view.card,
    category: view.category ?? view.family,
    success: view.drill !== null ? view.drill === 'passed' : view.verdict === null ? null : fine && failed === 0,
    mean_time_to_detect: seconds(view.detect ?? between(onset, marks.get('detect'))),
    mean_time_to_heal: seconds(view.heal ?? between(onset, marks.get('recovered'))),
    gates_passed: passed,
    gates_failed: failed,
    artifacts: Object.fromEntries(artifacts),
    entries,
  };
}

/** `{ card: { id, category } }`, `{ card: 'CE001' }` or `{ card_id, category }`. */
function readCard({ view }: Draft, data: Envelope['data']): void {
  const card = data['card'];
  view.card ??= text(card) ?? text(member(card, 'id')) ?? text(data['card_id']);
  view.category ??= text(member(card, 'category')) ?? (view.card === null ? null : text(data['category']));
}

/** `[{ name, passed }]`; the last word on a gate counts. */
function readGates({ gates }: Draft, value: unknown): void {
  if (!Array.isArray(value)) return;
  for (const gate of value) {
    const name = text(member(gate, 'name')) ?? text(member(gate, 'gate'));
    const passed = member(gate, 'passed') ?? member(gate, 'ok');
    if (name !== null && typeof passed === 'boolean') gates.set(name, passed);
  }
}

/** `[{ name, sha256 }]`. */
function readArtifacts({ artifacts }: Draft, value: unknown): void {
  if (!Array.isArray(value)) return;
  for (const artifact of value) {
    const name = text(member(artifact, 'name'));
    const sha256 = text(member(artifact, 'sha256'));
    if (name !== null && sha256 !== null) artifacts.set(name, sha256);
  }
}

/** Mark names with or without the prefix `t_`, `detected` and `detect` alike. The first of each name counts. */
function readMark({ marks }: Draft, data: Envelope['data']): void {
  const mark = text(data['mark'])?.replace(/^t_/, '');
  const at = milliseconds(data['at']);
  if (mark === undefined || at === null) return;
  const name = mark.startsWith('detect') ? 'detect' : mark.startsWith('recover') ? 'recovered' : mark;
  if (!marks.has(name)) marks.set(name, at);
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined;
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function milliseconds(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function between(from: number | undefined, to: number | undefined): number | null {
  return from === undefined || to === undefined ? null : Math.max(0, to - from);
}

function seconds(value: number | null): number | null {
  return value === null ? null : Math.round(value) / 1000;
}
