import { median } from '../statistics/quantile.ts';
import type { RecoveryTrend } from './recovery-trend.ts';
import { durationsOf, type RunFacts } from './run-facts.ts';
import type { SloResult } from './slo-compliance.ts';

/** What to look at, and the runs that say so. */
export interface Recommendation {
  /** Stable, kebab-case. */
  readonly code: string;
  /** Plain English with the numbers. */
  readonly sentence: string;
  /** Ids of the runs it rests on. */
  readonly evidence: readonly string[];
}

/** What a summary gives advice from. */
export interface Findings {
  /** Oldest first. */
  readonly runs: readonly RunFacts[];
  readonly slos: readonly SloResult[];
  readonly trend: RecoveryTrend;
}

/** One scenario takes this many times as long as the others to recover: it is worth a sentence. */
const SLOW = 2;
/** After the fault was gone, healing took this share of the whole recovery. */
const AFTERMATH = 0.5;
const AFTERMATH_MS = 10_000;

type Rule = (findings: Findings) => readonly Recommendation[];

const RULES: readonly Rule[] = [
  ({ runs }) =>
    about(
      'not-proven-undone',
      runs.filter(({ report }) => !report.reversal.clean),
      (n) =>
        `${n} run(s) left a fault that could not be proven undone. Look at the system by hand before the next run.`,
    ),
  ({ runs }) =>
    about(
      'not-recovered',
      runs.filter(({ timeToRecover }) => timeToRecover?.censored),
      (n) => `${n} run(s) had not recovered by the deadline. Find out what keeps the system down, or give it longer.`,
    ),
  ({ slos }) =>
    brokenSlo(slos, 'meanTimeToRecover', ({ observed, target, isLowerBound }) => {
      const atLeast = isLowerBound ? 'at least ' : '';
      return `Average MTTR of ${atLeast}${seconds(observed)} exceeds ${seconds(target)}. Consider improving recovery automation.`;
    }),
  ({ slos }) =>
    brokenSlo(slos, 'longestTimeToRecover', ({ observed, target }) => {
      return `The longest recovery took ${seconds(observed)}, more than ${seconds(target)}. Look at these runs first.`;
    }),
  slowScenarios,
  ({ slos }) =>
    brokenSlo(slos, 'timeToDetect', ({ observed, target }) => {
      return `Detection took up to ${seconds(observed)}, more than ${seconds(target)}. Check the detectors and alerts.`;
    }),
  ({ runs }) =>
    about(
      'not-detected',
      runs.filter(({ timeToDetect }) => timeToDetect?.censored),
      (n) =>
        `${n} run(s) hit users and nothing of the system's own noticed. Add a detector, or tell the engine of its signals.`,
    ),
  ({ slos }) =>
    brokenSlo(slos, 'success', ({ observed, target }) => {
      return `Success rate of ${percent(observed)} misses ${percent(target)}. Consider retries, time-outs and fallbacks for what failed.`;
    }),
  ({ runs }) =>
    about(
      'slow-aftermath',
      runs.filter(hasAftermath),
      (n) =>
        `${n} run(s) needed most of their recovery after the fault was gone: look for retry storms, cold caches, slow reconnects.`,
    ),
  ({ runs }) =>
    about(
      'relapse',
      runs.filter(({ report }) => report.relapses > 0),
      (n) => `${n} run(s) broke again after a confirmed recovery. Look for what recovery leaves behind.`,
    ),
  ({ runs }) =>
    about(
      'flapping',
      runs.filter(({ report }) => report.verdict === 'flapping'),
      (n) => `${n} run(s) recovered and failed again several times. Health checks or restarts may be too eager.`,
    ),
  ({ trend, runs }) =>
    trend.direction !== 'slower'
      ? []
      : about(
          'recovery-gets-slower',
          runs.filter(({ timeToRecover }) => timeToRecover !== null),
          () =>
            `Recovery gets slower: median ${seconds(trend.medians[0])} in the older runs, ${seconds(trend.medians[1])} in the newer.`,
        ),
  ({ runs }) =>
    about(
      'nothing-learnt',
      runs.filter(({ report }) => report.verdict === 'invalid' || report.verdict === 'inconclusive'),
      (n) =>
        `${n} run(s) tell nothing of the system (invalid or inconclusive). Their first reason says what to change.`,
    ),
];

/** Most urgent first. */
export function recommendations(findings: Findings): Recommendation[] {
  return RULES.flatMap((rule) => rule(findings));
}

function about(code: string, runs: readonly RunFacts[], sentence: (count: number) => string): Recommendation[] {
  if (runs.length === 0) return [];
  return [{ code, sentence: sentence(runs.length), evidence: runs.map(({ report }) => report.id) }];
}

function brokenSlo(
  slos: readonly SloResult[],
  name: SloResult['slo'],
  sentence: (slo: SloResult) => string,
): Recommendation[] {
  const broken = slos.find(({ slo, outcome }) => slo === name && outcome === 'broken');
  if (broken === undefined) return [];
  return [{ code: `slo-broken-${kebab(name)}`, sentence: sentence(broken), evidence: broken.evidence }];
}

function slowScenarios({ runs }: Findings): Recommendation[] {
  const byName = Map.groupBy(runs, ({ report }) => report.name);
  return [...byName].flatMap(([name, own]) => {
    const times = durationsOf(own, 'timeToRecover').map(({ value }) => value);
    const others = runs.filter((run) => !own.includes(run));
    const otherTimes = durationsOf(others, 'timeToRecover').map(({ value }) => value);
    if (times.length === 0 || otherTimes.length === 0) return [];
    const [mine, theirs] = [median(times), median(otherTimes)];
    if (mine < SLOW * theirs) return [];
    const sentence = `"${name}" recovers slowly: median ${seconds(mine)}, ${seconds(theirs)} elsewhere. Consider a faster start or a standby.`;
    return about('slow-scenario', own, () => sentence);
  });
}

function hasAftermath({ report: { timings } }: RunFacts): boolean {
  const { healAfterRemoval, timeToRecover } = timings;
  if (healAfterRemoval === null || timeToRecover === null) return false;
  return healAfterRemoval >= AFTERMATH_MS && healAfterRemoval >= AFTERMATH * timeToRecover;
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function seconds(milliseconds: number | null): string {
  return `${((milliseconds ?? 0) / 1000).toFixed(1)} s`;
}

function percent(share: number | null): string {
  return `${(100 * (share ?? 0)).toFixed(2)} %`;
}
