import type { StopCondition } from '../experiment/experiment.ts';
import type { JsonObject } from '../json.ts';
import { percentile } from './percentile.ts';
import type { Sample } from './sampler.ts';

/** Fewer checks than this decide nothing: a window with fewer reaches back to as many. */
const FEWEST = 5;
/** An error budget is not judged by fewer bad checks. */
const FEWEST_BAD = 10;
const MONTH = 30 * 24 * 3_600_000;

/** What a stop condition looks at; windows end now. */
export interface StopView {
  readonly now: number;
  /** When sampling began. */
  readonly since: number;
  /** Checks of a probe that ended at or after `from`. */
  samples(probe: string, from: number): readonly Sample[];
  /** The last so many checks of a probe. */
  latest(probe: string, count: number): readonly Sample[];
  /** The longest time between the results of two checks of a probe when all is well with the sampler, in ms. */
  longestGap(probe: string): number;
  /** The health score of the checks that ended since `from`, and how many there were. */
  health(from: number): { readonly score: number | null; readonly checks: number };
  /** Mean share of the host's CPU or memory in use since `from`; null when unknown. */
  usage(what: 'cpu' | 'memory', from: number): number | null;
}

export interface Violation {
  readonly sentence: string;
  readonly numbers: JsonObject;
}

/** Why the run must stop, or undefined. Every limit of a condition is checked. */
export function violation(condition: StopCondition, view: StopView): Violation | undefined {
  return (
    blindness(condition, view) ??
    lowSuccess(condition, view) ??
    highLatency(condition, view) ??
    spentBudget(condition, view) ??
    lowHealth(condition, view) ??
    hostViolation(condition, view)
  );
}

/** The limits of a condition on CPU and memory of the host alone. */
export function hostViolation(condition: HostLimits, view: Pick<StopView, 'now' | 'usage'>): Violation | undefined {
  return (
    highUsage('cpu', condition.cpuAbove, condition, view) ?? highUsage('memory', condition.memoryAbove, condition, view)
  );
}

interface HostLimits {
  readonly cpuAbove?: number | undefined;
  readonly memoryAbove?: number | undefined;
  readonly over: number;
}

/** A safety limit that nobody can see is broken. */
function blindness({ probe, over }: StopCondition, view: StopView): Violation | undefined {
  if (probe === undefined) return undefined;
  const patience = 2 * Math.max(over, view.longestGap(probe));
  if (view.now - view.since < patience) return undefined;
  const seen = view.samples(probe, view.now - patience).filter(({ health }) => health !== 'unknown').length;
  if (seen > 0) return undefined;
  return { sentence: `${probe}: no check could look for ${patience} ms`, numbers: { probe, over: patience } };
}

/** The checks of the window; at least the last few, so that a slow probe is not beyond every limit. */
function windowOf(probe: string, over: number, view: StopView): readonly Sample[] {
  const inside = view.samples(probe, view.now - over);
  return inside.length < FEWEST ? view.latest(probe, FEWEST) : inside;
}

function lowSuccess({ probe, successBelow, over }: StopCondition, view: StopView): Violation | undefined {
  if (probe === undefined || successBelow === undefined) return undefined;
  const samples = windowOf(probe, over, view);
  const success = samples.filter(({ health }) => health === 'healthy').length / samples.length;
  if (samples.length < FEWEST || success >= successBelow) return undefined;
  const sentence = `${probe}: ${percent(success)} of checks healthy over ${over} ms, limit ${percent(successBelow)}`;
  return { sentence, numbers: { probe, success, limit: successBelow, checks: samples.length, over } };
}

function highLatency({ probe, p95Above, over }: StopCondition, view: StopView): Violation | undefined {
  if (probe === undefined || p95Above === undefined) return undefined;
  const samples = windowOf(probe, over, view).filter(({ health }) => health !== 'unknown');
  const p95 = percentile(
    samples.map(({ latency }) => latency),
    0.95,
  );
  if (p95 === undefined || samples.length < FEWEST || p95 <= p95Above) return undefined;
  const sentence = `${probe}: p95 ${Math.round(p95)} ms over ${over} ms, limit ${p95Above} ms`;
  return { sentence, numbers: { probe, p95, limit: p95Above, checks: samples.length, over } };
}

/** burn = error ratio / (1 - SLO); spent = burn x window / 30 days (Google SRE workbook, alerting on SLOs). */
function spentBudget({ probe, errorBudgetSpent, slo }: StopCondition, view: StopView): Violation | undefined {
  if (probe === undefined || errorBudgetSpent === undefined || slo === undefined) return undefined;
  const samples = view.samples(probe, view.since).filter(({ health }) => health !== 'unknown');
  const bad = samples.filter(({ health }) => health === 'degraded').length;
  if (bad < FEWEST_BAD) return undefined;
  const burn = bad / samples.length / (1 - slo);
  const spent = (burn * (view.now - view.since)) / MONTH;
  if (spent < errorBudgetSpent) return undefined;
  const sentence = `${probe}: ${percent(spent)} of the month's error budget spent, limit ${percent(errorBudgetSpent)}`;
  return { sentence, numbers: { probe, spent, limit: errorBudgetSpent, slo, bad, checks: samples.length } };
}

function lowHealth({ healthBelow, over }: StopCondition, view: StopView): Violation | undefined {
  if (healthBelow === undefined) return undefined;
  const { score, checks } = view.health(view.now - over);
  if (score === null || checks < FEWEST) {
    if (view.now - view.since < 2 * over || score !== null) return undefined;
    return { sentence: `no check could look for ${over} ms: health unknown`, numbers: { health: null, over } };
  }
  if (score >= healthBelow) return undefined;
  const sentence = `health score ${percent(score)} over ${over} ms, limit ${percent(healthBelow)}`;
  return { sentence, numbers: { health: score, limit: healthBelow, checks, over } };
}

function highUsage(
  what: 'cpu' | 'memory',
  limit: number | undefined,
  { over }: HostLimits,
  view: Pick<StopView, 'now' | 'usage'>,
): Violation | undefined {
  if (limit === undefined) return undefined;
  const used = view.usage(what, view.now - over);
  if (used === null || used <= limit) return undefined;
  const sentence = `${what} use of the host ${percent(used)} over ${over} ms, limit ${percent(limit)}`;
  return { sentence, numbers: { [what]: used, limit, over } };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
