import type { Finding } from '../../action/action.ts';
import type { Outcome } from '../severity.ts';

/** A score has to differ by so much to count. */
const NOTICEABLE = 0.05;

/** How a run ended, from what its checks found before and after the steps. */
export function judgeRun(before: readonly Finding[], after: readonly Finding[]): { outcome: Outcome; reason: string } {
  const bad = after.filter(({ is }) => is === 'bad');
  const unknown = after.filter(({ is }) => is === 'unknown');
  if (bad.length === 0) {
    if (unknown.length > 0) return { outcome: 'inconclusive', reason: details(unknown) };
    if (after.length === 0) return { outcome: 'inconclusive', reason: 'nothing was looked at' };
    return { outcome: 'resolved', reason: 'every check is good' };
  }
  if (before.some(({ is }) => is === 'unknown')) return { outcome: 'ineffective', reason: details(bad) };
  const change = badness(before) - badness(after);
  if (change > NOTICEABLE) return { outcome: 'improved', reason: details(bad) };
  if (change < -NOTICEABLE) return { outcome: 'worsened', reason: details(bad) };
  return { outcome: 'ineffective', reason: details(bad) };
}

/** 0: all is well. Each check adds up to 1. */
function badness(findings: readonly Finding[]): number {
  return findings.reduce((sum, finding) => sum + (finding.is === 'bad' ? 1 - (finding.score ?? 0) : 0), 0);
}

function details(findings: readonly Finding[]): string {
  return findings.map(({ detail = 'no detail' }) => detail).join('; ');
}
