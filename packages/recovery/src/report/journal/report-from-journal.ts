import { readFile, stat } from 'node:fs/promises';
import { ChaosError, messageOf, type Report, type ReportHeader, reportSchema } from '@bridge/chaos-core';
import { type FaultStory, faultStories, type LaterUndo } from './fault-story.ts';
import { parseHead, parseLater, type ReportEvent } from './journal-line.ts';
import { jsonOf } from './json-of.ts';
import { eventsOf } from './known-events.ts';
import { probesFrom } from './probe-seconds.ts';
import { settledUndos } from './settled-undos.ts';
import { timingsFrom } from './timings-from.ts';

export interface JournalReportOptions {
  /** The engine's state folder: what the guardian undid after the kill is read from there. */
  readonly state?: string;
}

/** Most events a report keeps; per-second samples go first. */
const MOST_EVENTS = 10_000;

/**
 * The report of a run from the journal that {@link recordRun} wrote. A run that ended has its own report in there. Of one
 * that was killed, this is what is known up to the kill: verdict `aborted`, phases, marks, faults and samples so far. A
 * fault with no word of its end counts as not proven undone, unless the guardian's record in `state` proves it.
 *
 * @throws {ChaosError} CHAOS_REPORT_UNREADABLE when the file cannot be read or is not such a journal.
 */
export async function reportFromJournal(file: string, options: JournalReportOptions = {}): Promise<Report> {
  const { text, changed } = await textOf(file);
  const [first = '', ...rest] = text.split('\n');
  const header = parseHead(first);
  if (header === undefined) {
    throw unreadable(file, text === '' ? 'an empty file' : 'another first line than that of a run journal');
  }
  const events = new Map<string, ReportEvent>();
  for (const line of rest) {
    const later = parseLater(line);
    if (later === undefined) continue;
    if ('report' in later) return later.report;
    events.set(later.event.id, later.event);
  }
  const undos = options.state === undefined ? new Map<string, LaterUndo>() : await settledUndos(options.state);
  return upToTheKill(header, [...events.values()], changed, (fault) => undos.get(fault));
}

/**
 * A report from a file: the report itself as JSON, or the journal of a run.
 *
 * @throws {ChaosError} CHAOS_REPORT_UNREADABLE when it is neither.
 */
export async function readReport(file: string, options: JournalReportOptions = {}): Promise<Report> {
  const { text } = await textOf(file);
  const parsed = reportSchema.safeParse(jsonOf(text));
  return parsed.success ? parsed.data : reportFromJournal(file, options);
}

async function textOf(file: string): Promise<{ readonly text: string; readonly changed: Date }> {
  try {
    return { text: await readFile(file, 'utf8'), changed: (await stat(file)).mtime };
  } catch (cause) {
    throw unreadable(file, messageOf(cause), cause);
  }
}

function unreadable(file: string, got: string, cause?: unknown): ChaosError {
  const message = `expected a report, or the journal of a run, in ${file}, got ${got}`;
  return new ChaosError('CHAOS_REPORT_UNREADABLE', message, { cause });
}

function upToTheKill(
  header: ReportHeader,
  events: readonly ReportEvent[],
  changed: Date,
  undone: (faultId: string) => LaterUndo | undefined,
): Report {
  const [first, last] = [events[0], events.at(-1)];
  const clock = { monotonic: first?.monotonic ?? 0, wall: first?.time ?? changed.toISOString() };
  const end = last?.monotonic ?? clock.monotonic;
  const phases = phasesFrom(events, end);
  const marks = marksFrom(events);
  const timings = timingsFrom(marks, end);
  const stories = faultStories(events, header.experiment, undone);
  const faults = stories.map(({ record }) => record);
  const open = stories.filter((story) => story.open);
  const kept = bounded(events);
  const aborted = cut(end - clock.monotonic, phases.at(-1)?.phase ?? null);
  return {
    ...header,
    verdict: 'aborted',
    passed: false,
    reasons: [aborted, ...open.map(notUndone)].map((reason) => ({ verdict: 'aborted', ...reason })),
    clock,
    startedAt: clock.wall,
    endedAt: new Date(Date.parse(clock.wall) + end - clock.monotonic).toISOString(),
    duration: end - clock.monotonic,
    targets: faults.map(({ step, target }) => ({ step, target })),
    phases,
    marks,
    timings,
    timeToDetect: timings.timeToDetect,
    timeToRecover: timings.timeToRecover,
    episodes: [],
    flaps: 0,
    relapses: 0,
    faults,
    reversal: reversalOf(faults, open),
    objectives: [],
    probes: probesFrom(events, header.experiment, phases, clock.monotonic),
    signals: eventsOf(events, 'host:signal').map(({ at, data: { kind, name } }) => ({ kind, name, at })),
    aborted,
    problems: [],
    events: kept,
    eventsDropped: events.length - kept.length,
  };
}

function reversalOf(faults: Report['faults'], open: readonly FaultStory[]): Report['reversal'] {
  const injected = faults.filter(({ outcome }) => outcome === 'injected' || outcome === 'leaked').length;
  const leaked = open.map(({ record }) => nameOf(record));
  return { clean: leaked.length === 0, injected, proven: injected - leaked.length, leaked };
}

function cut(after: number, phase: string | null): NonNullable<Report['aborted']> {
  const where = phase === null ? 'before its first phase' : `in phase ${phase}`;
  return {
    code: 'journal-cut',
    sentence: `the journal ends ${where}, ${(after / 1000).toFixed(1)} s into the run: its process was killed, or is still at it`,
    numbers: { after },
  };
}

function notUndone({ record }: FaultStory): NonNullable<Report['aborted']> {
  return {
    code: 'undo-unknown',
    sentence: `nothing here proves that ${nameOf(record)} was undone: the guardian does it when the process dies; ask for the report with the state folder, or look at the ledger`,
    numbers: {},
  };
}

function nameOf({ type, target }: Report['faults'][number]): string {
  return `${type} on ${target.name}`;
}

function phasesFrom(events: readonly ReportEvent[], end: number): Report['phases'] {
  const entered = eventsOf(events, 'run:phase');
  return entered.map(({ at, data: { phase } }, index) => ({ phase, from: at, to: entered[index + 1]?.at ?? end }));
}

/** A mark may be set again: the last word counts. */
function marksFrom(events: readonly ReportEvent[]): Report['marks'] {
  const nothing = { request: null, ack: null, effect: null, impact: null, detect: null, act: null };
  const set = eventsOf(events, 'mark:set').map(({ data: { mark, at } }) => [mark, at] as const);
  return { ...nothing, removed: null, recovered: null, confirmed: null, ...Object.fromEntries(set) };
}

function bounded(events: readonly ReportEvent[]): readonly ReportEvent[] {
  if (events.length <= MOST_EVENTS) return events;
  const telling = events.filter(({ type }) => type !== 'probe:second' && type !== 'health:second');
  return telling.slice(-MOST_EVENTS);
}
