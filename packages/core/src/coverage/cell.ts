import type { Card } from '../card/card.ts';
import type { CellHistory, PastDrill } from './drill-history.ts';

/**
 * How a cell stands.
 * - `never-drilled`: no drill of it came to anything.
 * - `failing`: the last drill that decided failed.
 * - `stale`: it passed, and since then the version or the card has changed.
 * - `unproven`: drilled, and no drill both passed and proved its effect and its rollback.
 * - `covered`: the last drill that decided passed on this version, effect and rollback proven.
 */
export type CellState = 'never-drilled' | 'failing' | 'stale' | 'unproven' | 'covered';

/** What an outcome is worth while it is fresh: a failed drill tells more than none. */
export const OUTCOME_WEIGHT: Readonly<Record<CellState, number>> = {
  covered: 1,
  stale: 0.75,
  failing: 0.5,
  unproven: 0.25,
  'never-drilled': 0,
};

/** One cell of the matrix as it stands now. Times in milliseconds. */
export interface CoverageCell {
  readonly card: string;
  readonly target: string;
  readonly environment: string;
  readonly version: string;
  readonly category: string;
  readonly risk: number;
  readonly owner: string;
  readonly interval: number;
  readonly state: CellState;
  /** RFC 3339 of the last drill that came to anything. */
  readonly lastDrill: string | null;
  /** Past the interval; of a cell that was never drilled since coverage knows of it. 0 when it is not. */
  readonly overdue: number;
  /** Both passed and failed again and again on the same version. */
  readonly flaky: boolean;
  /** Outcome weight times freshness, 0 to 1. */
  readonly score: number;
  /** Drills that decided, on this version of target and card. */
  readonly runs: { readonly passed: number; readonly failed: number };
  /** What is known of each version, newest drill first. */
  readonly versions: readonly VersionStanding[];
}

export interface VersionStanding {
  readonly version: string;
  readonly passed: number;
  readonly failed: number;
  readonly inconclusive: number;
  readonly lastDrill: string;
}

export interface CellContext {
  readonly environment: string;
  readonly version: string;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** Pure: the same history at the same time gives the same cell. */
export function cellOf(card: Card, history: CellHistory | undefined, context: CellContext): CoverageCell {
  const drills = history?.drills ?? [];
  const { environment, version, now } = context;
  const { id, target, category, risk, owner, interval } = card;
  const decided = drills.filter(({ outcome }) => outcome !== 'inconclusive');
  const own = decided.filter((drill) => isOf(drill, card, version));
  const state = stateOf(drills, decided, (drill) => isOf(drill, card, version));
  const last = drills.at(-1);
  // What came to nothing has not been drilled: only a decision makes a cell fresh.
  const since = decided.at(-1)?.at ?? history?.addedAt ?? drills[0]?.at ?? now;
  const overdue = Math.max(0, now - since - interval);
  return {
    card: id,
    target,
    environment,
    version,
    category,
    risk,
    owner,
    interval,
    state,
    lastDrill: last === undefined ? null : new Date(last.at).toISOString(),
    overdue,
    flaky: isFlaky(own),
    score: OUTCOME_WEIGHT[state] * Math.max(0, 1 - overdue / interval),
    runs: tally(own),
    versions: standings(drills),
  };
}

function isOf(drill: PastDrill, card: Card, version: string): boolean {
  return drill.version === version && drill.fingerprint === card.fingerprint;
}

function stateOf(
  drills: readonly PastDrill[],
  decided: readonly PastDrill[],
  isCurrent: (drill: PastDrill) => boolean,
): CellState {
  const last = decided.at(-1);
  if (last === undefined) return drills.length === 0 ? 'never-drilled' : 'unproven';
  if (last.outcome === 'failed') return 'failing';
  if (!last.covers) return 'unproven';
  return isCurrent(last) ? 'covered' : 'stale';
}

/** Of the last ten. */
const FLAKY_WINDOW = 10;
/** Passed to failed to passed: one change may be a repair or a regression. */
const FLAKY_CHANGES = 2;

function isFlaky(own: readonly PastDrill[]): boolean {
  const recent = own.slice(-FLAKY_WINDOW);
  const changes = recent.filter((drill, index) => index > 0 && drill.outcome !== recent[index - 1]?.outcome);
  return changes.length >= FLAKY_CHANGES;
}

function tally(drills: readonly PastDrill[]): { readonly passed: number; readonly failed: number } {
  const passed = drills.filter(({ outcome }) => outcome === 'passed').length;
  return { passed, failed: drills.filter(({ outcome }) => outcome === 'failed').length };
}

function standings(drills: readonly PastDrill[]): VersionStanding[] {
  const byVersion = Map.groupBy(drills.toReversed(), ({ version }) => version);
  return [...byVersion].map(([version, own]) => ({
    version,
    ...tally(own),
    inconclusive: own.filter(({ outcome }) => outcome === 'inconclusive').length,
    lastDrill: new Date(own[0]?.at ?? 0).toISOString(),
  }));
}
