import type { FaultReference, Proof, Report, RevertCause } from '@bridge/chaos-core';
import * as z from 'zod';
import type { ReportEvent } from './journal-line.ts';
import { eventsOf, faultOf } from './known-events.ts';

type FaultRecord = Report['faults'][number];
type Injected = Extract<FaultRecord, { outcome: 'injected' }>;

/** What the guardian, or a later start, put on record about a fault whose engine died. */
export interface LaterUndo {
  readonly phase: 'reverted' | 'gone';
  readonly cause: RevertCause;
  readonly proof: Proof;
}

/** One fault as the events of a run tell it. */
export interface FaultStory {
  readonly record: FaultRecord;
  /** Asked for or in effect, with no word of its end. */
  readonly open: boolean;
}

/**
 * The faults of a run from its events, in the order they were asked for. `undone` tells what became, after the run's
 * process had died, of a fault that was still there.
 */
export function faultStories(
  events: readonly ReportEvent[],
  experiment: Report['experiment'],
  undone: (faultId: string) => LaterUndo | undefined,
): FaultStory[] {
  const spoken = events.flatMap((event) => {
    const fault = event.type.startsWith('fault:') ? faultOf(event) : undefined;
    return fault === undefined ? [] : [{ event, fault }];
  });
  return [...Map.groupBy(spoken, ({ fault }) => fault.id)].flatMap(([id, own]) => {
    const [first] = own;
    if (first === undefined) return [];
    const told = own.map(({ event }) => event);
    const step = stepOf(first.event, first.fault.type, events, experiment);
    return [storyOf(told, { step, fault: first.fault, since: first.event.monotonic }, undone(id))];
  });
}

interface Attempt {
  readonly step: string;
  readonly fault: FaultReference;
  /** When the first event spoke of it. */
  readonly since: number;
}

function storyOf(own: readonly ReportEvent[], of: Attempt, later: LaterUndo | undefined): FaultStory {
  const { id, type, target } = of.fault;
  const params = eventsOf(own, 'fault:intended')[0]?.data.params ?? {};
  const attempt = { step: of.step, type, target, params };
  const requestedAt = eventsOf(own, 'fault:injecting')[0]?.at ?? of.since;
  const effect = eventsOf(own, 'fault:effective')[0]?.data.proof ?? eventsOf(own, 'fault:spent')[0]?.data.proof ?? null;
  const ended = withoutEffect(own);
  if (effect === null && later === undefined) {
    if (ended !== undefined) return rejected(attempt, requestedAt, ended);
    return { record: { outcome: 'leaked', ...attempt, requestedAt, ...UNKNOWN_END }, open: true };
  }
  const { state, reversal, removedAt } = ending(own, effect, later);
  const times = { requestedAt, acknowledgedAt: null, effectiveAt: effect?.at ?? null, removedAt };
  const record: Injected = {
    outcome: 'injected',
    ...attempt,
    id,
    momentary: state.phase === 'spent',
    state,
    facts: { ...times, effect, reversal, counters: null },
  };
  return { record, open: reversal === null && state.phase !== 'spent' };
}

const UNKNOWN_END = {
  code: 'CHAOS_FAULT_LEAKED',
  message: 'asked for, and no word of its effect nor of its end',
} as const;

function rejected(
  attempt: Pick<FaultRecord, 'step' | 'type' | 'target' | 'params'>,
  requestedAt: number,
  message: string,
): FaultStory {
  return {
    record: { outcome: 'failed', ...attempt, requestedAt, code: 'CHAOS_FAULT_FAILED', message },
    open: false,
  };
}

interface Ending {
  readonly state: Injected['state'];
  readonly reversal: Proof | null;
  readonly removedAt: number | null;
}

function ending(own: readonly ReportEvent[], effect: Proof | null, later: LaterUndo | undefined): Ending {
  const reverted = eventsOf(own, 'fault:reverted')[0]?.data;
  if (reverted !== undefined) return proven('reverted', reverted.cause, reverted.proof);
  const gone = eventsOf(own, 'fault:gone')[0]?.data;
  if (gone !== undefined) return proven('gone', gone.cause, gone.proof);
  const spent = eventsOf(own, 'fault:spent')[0]?.data;
  if (spent !== undefined) return unproven({ phase: 'spent', effect: spent.proof, restoredByEngine: false });
  // Its clock is another process's: the proof counts, its time on this run's clock is not known.
  if (later !== undefined) return { ...proven(later.phase, later.cause, later.proof), removedAt: null };
  const cause = eventsOf(own, 'fault:reverting')[0]?.data.cause;
  const leaked = eventsOf(own, 'fault:leaked')[0]?.data;
  if (leaked !== undefined) return unproven({ phase: 'leaked', cause: cause ?? 'run-aborted', reason: leaked.reason });
  if (cause !== undefined) return unproven({ phase: 'reverting', cause });
  return unproven(effect === null ? { phase: 'injecting' } : { phase: 'active', effect });
}

function proven(phase: 'reverted' | 'gone', cause: RevertCause, proof: Proof): Ending {
  return { state: { phase, cause, reversal: proof }, reversal: proof, removedAt: proof.at };
}

function unproven(state: Injected['state']): Ending {
  return { state, reversal: null, removedAt: null };
}

/** Why it never was in effect, when the events say so. */
function withoutEffect(own: readonly ReportEvent[]): string | undefined {
  const undone = eventsOf(own, 'fault:reverted')[0] ?? eventsOf(own, 'fault:gone')[0];
  if (undone === undefined) return undefined;
  if (eventsOf(own, 'fault:inert').length > 0) return 'no effect could be observed; it was undone';
  return `undone before an effect was seen (${undone.data.cause})`;
}

/** The step that was on when the fault was asked for; where several were, the last one of its type. */
function stepOf(
  first: ReportEvent,
  type: string,
  events: readonly ReportEvent[],
  experiment: Report['experiment'],
): string {
  const before = events.filter(({ sequence }) => sequence < first.sequence);
  const started = eventsOf(before, 'step:started').map(({ data }) => data.step);
  const fitting = fittingSteps(experiment['faults'], type);
  return started.findLast((step) => fitting.has(step)) ?? started.at(-1) ?? 'unknown';
}

const writtenStep = z.object({ id: z.string().optional(), type: z.string().optional(), steps: z.unknown() });

/** Ids of the steps, at any depth, that inject this type of fault. */
function fittingSteps(steps: unknown, type: string): ReadonlySet<string> {
  const written = z
    .array(writtenStep)
    .catch([])
    .parse(steps ?? []);
  const fitting = written.flatMap((step) => [
    ...(step.id !== undefined && step.type === type ? [step.id] : []),
    ...fittingSteps(step.steps, type),
  ]);
  return new Set(fitting);
}
