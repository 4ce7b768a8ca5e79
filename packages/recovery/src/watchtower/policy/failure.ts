import type { Sighting } from '../watched-target.ts';
import type { WatchPolicy } from './watch-policy.ts';

/** What kind of failure it is. */
export type FailureCause = 'stopped' | 'unhealthy';

/** What one look says about a target. */
export type Assessment =
  | { readonly is: 'fine' }
  /** Not fine, and not failed either: nothing is done yet. */
  | { readonly is: 'waiting'; readonly reason: 'start-period' | 'unconfirmed' | 'other-supervisor' | 'paused' }
  /** Stopped as it should be: by hand, or its work is done. */
  | { readonly is: 'retired' }
  | { readonly is: 'failed'; readonly cause: FailureCause; readonly detail: string };

/** `checks` are results of a probe beside the target's own health check, oldest first. */
export function assess(
  { target, condition }: Sighting,
  { confirm, startPeriod }: Pick<WatchPolicy, 'confirm' | 'startPeriod'>,
  checks: readonly boolean[] = [],
): Assessment {
  switch (condition.is) {
    case 'restarting':
      return { is: 'waiting', reason: 'other-supervisor' };
    case 'paused':
      return { is: 'waiting', reason: 'paused' };
    case 'stopped':
      return isRetired(target.restart, condition) ? { is: 'retired' } : stopped(condition.exitCode);
    case 'running': {
      const failures = Math.max(failuresIn(condition.checks, confirm.of), failuresIn(checks, confirm.of));
      const bad = condition.health === 'unhealthy' || failures >= confirm.failures || checks.at(-1) === false;
      if (!bad) return condition.health === 'starting' ? { is: 'waiting', reason: 'start-period' } : { is: 'fine' };
      if (condition.age < startPeriod) return { is: 'waiting', reason: 'start-period' };
      if (failures < confirm.failures) return { is: 'waiting', reason: 'unconfirmed' };
      return { is: 'failed', cause: 'unhealthy', detail: `${failures} of its last ${confirm.of} checks failed` };
    }
  }
}

function isRetired(rule: string, { exitCode, onPurpose }: { exitCode: number | null; onPurpose: boolean }): boolean {
  if (rule === 'always') return false;
  return onPurpose || (rule === 'on-failure' && exitCode === 0);
}

function stopped(exitCode: number | null): Assessment {
  const detail = exitCode === null ? 'it ended' : `it ended with exit code ${exitCode}`;
  return { is: 'failed', cause: 'stopped', detail };
}

function failuresIn(checks: readonly boolean[], of: number): number {
  return checks.slice(-of).filter((fine) => !fine).length;
}
