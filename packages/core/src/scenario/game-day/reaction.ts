import type { ChaosEvent } from '../../event/chaos-events.ts';
import type { Report } from '../../run/report-schema.ts';

/** Who noticed, or acted, and how long after the fault could be noticed. */
export interface Reaction {
  readonly by: string;
  /** Milliseconds; from the impact on users, else from the proof of the effect. */
  readonly after: number;
}

/** People and programs side by side. Null: nobody. */
export interface Reactions {
  readonly human: Reaction | null;
  readonly automatic: Reaction | null;
  readonly first: 'human' | 'automatic' | 'nobody';
}

/** A signal as it was told to the engine. */
export type Signal = ChaosEvent<'host:signal'>;

/** From when on a reaction counts: users were hit, else the fault was in effect. Null: neither. */
export function noticeableFrom({
  marks,
}: Pick<Report, 'marks'>): { readonly at: number; readonly mark: 'impact' | 'effect' } | null {
  if (marks.impact !== null) return { at: marks.impact, mark: 'impact' };
  return marks.effect === null ? null : { at: marks.effect, mark: 'effect' };
}

/**
 * The first reaction of each kind to what was in effect from `effect` on. A signal between effect and impact came before
 * users were hit: after 0 ms. Signals before the effect are about something else.
 */
export function reactions(signals: readonly Signal[], kind: Signal['data']['kind'], report: Report): Reactions {
  const from = noticeableFrom(report);
  const earliest = Math.min(...[report.marks.effect, report.marks.impact].filter((mark) => mark !== null));
  const relevant = signals.filter(({ data, monotonic }) => data.kind === kind && monotonic >= earliest);
  const reaction = (human: boolean): Reaction | null => {
    const signal = relevant.find((one) => isHuman(one) === human);
    if (signal === undefined || from === null) return null;
    return { by: byOf(signal), after: Math.max(0, signal.monotonic - from.at) };
  };
  const [people, programs] = [reaction(true), reaction(false)];
  const [earliestOfAll] = relevant;
  const first = earliestOfAll === undefined ? 'nobody' : isHuman(earliestOfAll) ? 'human' : 'automatic';
  return { human: people, automatic: programs, first };
}

/** Signals that came while a run was on and before anything was in effect. */
export function falseAlarms(signals: readonly Signal[], { marks }: Report): readonly string[] {
  const effect = marks.effect ?? Infinity;
  return signals.filter(({ data, monotonic }) => data.kind === 'trigger' && monotonic < effect).map(byOf);
}

/** Told by a person: `engine.signal({ …, data: { human: true, by: 'ana' } })`. */
export function isHuman({ data }: Signal): boolean {
  return data.data['human'] === true;
}

function byOf({ data }: Signal): string {
  const by = data.data['by'];
  return typeof by === 'string' ? by : data.name;
}
