import type { Episode } from './episode.ts';

/** A fault as the time line sees it. Monotonic ms; null = never. */
export interface FaultTimes {
  readonly momentary: boolean;
  readonly requestedAt: number | null;
  readonly acknowledgedAt: number | null;
  readonly effectiveAt: number | null;
  /** When the first undo was asked for, if one was. */
  readonly revertingAt?: number | null;
  readonly removedAt: number | null;
}

/** What the host's own detector or healer said while the run was on. */
export interface SignalTime {
  readonly kind: 'trigger' | 'playbook' | 'task';
  readonly name: string;
  readonly at: number;
}

/** All on the engine's monotonic clock, in ms; each may be null. */
export interface Marks {
  /** The injector was asked. */
  readonly request: number | null;
  /** The injector reported the fault applied. */
  readonly ack: number | null;
  /** First look from outside that showed the effect. */
  readonly effect: number | null;
  /** Intended time of the first failed check in the first bad window. Null: absorbed. */
  readonly impact: number | null;
  /** First signal of the system's own detector. Never this engine's probes. */
  readonly detect: number | null;
  /** First recovery action started. */
  readonly act: number | null;
  /** The last held fault was proven gone. Null when only momentary faults were injected. */
  readonly removed: number | null;
  /** Start of the first hold that was kept on every probe. */
  readonly recovered: number | null;
  /** End of that hold. */
  readonly confirmed: number | null;
}

/** Durations in ms, from the marks. */
export interface Timings {
  /** `detect - impact`, at least 0; null when there was no impact or no detection. */
  readonly timeToDetect: number | null;
  /** `detect - effect`, at least 0. */
  readonly timeToDetectFromEffect: number | null;
  /** There was an impact and nobody detected it: the time to detect is at least this. */
  readonly timeToDetectAtLeast: number | null;
  /** Detection came before users were hit. */
  readonly predicted: boolean;
  /** `recovered - impact`: what a user waited. */
  readonly timeToRecover: number | null;
  /** Not recovered by the deadline: the time to recover is at least this. Never average it as if observed. */
  readonly timeToRecoverAtLeast: number | null;
  /** What was left to heal when the fault was gone: `recovered - removed`, at least 0. */
  readonly healAfterRemoval: number | null;
  /** Time to recover, when the system recovered with the fault still there, or the fault was momentary. */
  readonly selfHeal: number | null;
}

export interface Timeline {
  /** Of the episode that lasted longest. */
  readonly marks: Marks;
  readonly timings: Timings;
  /** Every episode in which users were hit, oldest first. */
  readonly episodes: readonly Episode[];
  /** Most flaps of one episode on one probe. */
  readonly flaps: number;
  /** Episodes that began after a confirmed recovery with no fault injected in between. */
  readonly relapses: number;
}

export interface TimelineFacts {
  readonly episodes: readonly Episode[];
  readonly faults: readonly FaultTimes[];
  readonly signals: readonly SignalTime[];
  /** Last moment for which there is data, no later than the deadline: what is still open was open then. */
  readonly observedUntil: number;
}

/** Sets the marks and durations of a run. Pure: the same facts give the same time line. */
export function timeline(facts: TimelineFacts): Timeline {
  const worst = longest(facts.episodes, facts.observedUntil);
  const marks = setMarks(worst, facts);
  return {
    marks,
    timings: setTimings(marks, facts),
    episodes: facts.episodes,
    flaps: Math.max(0, ...facts.episodes.map((episode) => episode.flaps)),
    relapses: countRelapses(facts),
  };
}

function longest(episodes: readonly Episode[], until: number): Episode | undefined {
  const length = (episode: Episode): number => (episode.recovered ?? Math.max(until, episode.onset)) - episode.onset;
  // An episode that did not end was longer than any that did.
  const rank = (a: Episode, b: Episode): number =>
    Number(b.recovered === null) - Number(a.recovered === null) || length(b) - length(a);
  return episodes.toSorted(rank)[0];
}

function setMarks(worst: Episode | undefined, { faults, signals }: TimelineFacts): Marks {
  const cause = causeOf(worst, faults);
  const request = cause?.requestedAt ?? null;
  const first = (kind: SignalTime['kind']): number | null =>
    earliest(signals.filter((signal) => signal.kind === kind && request !== null && signal.at >= request));
  return {
    request,
    ack: cause?.acknowledgedAt ?? null,
    effect: cause?.effectiveAt ?? null,
    impact: worst?.onset ?? null,
    detect: first('trigger'),
    act: first('playbook'),
    removed: lastRemoval(worst, faults),
    recovered: worst?.recovered ?? null,
    confirmed: worst?.confirmed ?? null,
  };
}

/**
 * The fault asked for last before the impact; without an impact the first one. A check that was under way when a fault
 * came fails from before it: where none was there at the onset, the cause is one that came before the impact was certain.
 */
function causeOf(worst: Episode | undefined, faults: readonly FaultTimes[]): FaultTimes | undefined {
  const asked = faults
    .filter((fault) => fault.requestedAt !== null)
    .toSorted((a, b) => (a.requestedAt ?? 0) - (b.requestedAt ?? 0));
  if (worst === undefined) return asked[0];
  const last = asked.findLast((fault) => (fault.requestedAt ?? 0) <= worst.onset);
  const isOver = last === undefined || (last.removedAt !== null && last.removedAt <= worst.onset);
  const during = asked.find(({ requestedAt }) => isOver && within(requestedAt, worst.onset, worst.confirmedBad));
  return during ?? last ?? asked[0];
}

function within(at: number | null, from: number, until: number): boolean {
  return at !== null && at > from && at <= until;
}

function lastRemoval(worst: Episode | undefined, faults: readonly FaultTimes[]): number | null {
  const until = worst?.recovered ?? Infinity;
  const concerned = faults.filter((fault) => !fault.momentary && (fault.requestedAt ?? Infinity) <= until);
  if (concerned.length === 0 || concerned.some((fault) => fault.removedAt === null)) return null;
  return Math.max(...concerned.map((fault) => fault.removedAt ?? 0));
}

function setTimings(marks: Marks, { faults, observedUntil }: TimelineFacts): Timings {
  const { impact, detect, effect, recovered, removed } = marks;
  const timeToRecover = span(impact, recovered);
  const undetected = impact !== null && detect === null;
  const momentaryOnly = faults.length > 0 && faults.every((fault) => fault.momentary);
  const undone = undoing(faults, recovered) ?? removed;
  const healedItself = recovered !== null && (momentaryOnly || (undone !== null && recovered < undone));
  return {
    timeToDetect: atLeastZero(span(impact, detect)),
    timeToDetectFromEffect: atLeastZero(span(effect, detect)),
    timeToDetectAtLeast: undetected ? Math.max(0, (recovered ?? observedUntil) - impact) : null,
    predicted: impact !== null && detect !== null && detect < impact,
    timeToRecover,
    timeToRecoverAtLeast: impact !== null && recovered === null ? Math.max(0, observedUntil - impact) : null,
    healAfterRemoval: atLeastZero(span(removed, recovered)),
    selfHeal: healedItself ? timeToRecover : null,
  };
}

/**
 * When the undo of the last held fault began. What is fine after that owes it to the undo, although the proof that the
 * fault is gone comes a moment later.
 */
function undoing(faults: readonly FaultTimes[], recovered: number | null): number | null {
  const held = faults.filter((fault) => !fault.momentary && (fault.requestedAt ?? Infinity) <= (recovered ?? Infinity));
  const begun = held.map((fault) => fault.revertingAt ?? fault.removedAt).filter((at) => at !== null);
  return begun.length === 0 ? null : Math.max(...begun);
}

/**
 * Episodes that no fault explains. A check that was on its way when a fault was asked for counts as sent before it, so
 * what explains an episode came before it was confirmed, not before its first failed check.
 */
function countRelapses({ episodes, faults }: TimelineFacts): number {
  return episodes.filter((episode, index) => {
    const since = episodes[index - 1]?.recovered ?? null;
    if (since === null) return false;
    return !faults.some(
      ({ requestedAt }) => requestedAt !== null && requestedAt > since && requestedAt <= episode.confirmedBad,
    );
  }).length;
}

function earliest(signals: readonly SignalTime[]): number | null {
  return signals.length === 0 ? null : Math.min(...signals.map((signal) => signal.at));
}

function span(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : to - from;
}

function atLeastZero(value: number | null): number | null {
  return value === null ? null : Math.max(0, value);
}
