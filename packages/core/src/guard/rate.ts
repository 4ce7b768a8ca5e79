import { sameTarget, type Target } from '../target/target.ts';
import type { FaultIntent, Guard, Refusal, World } from './guard.ts';
import { no, yes } from './opinion.ts';
import type { Safety } from './safety.ts';

const RULE = 'rate';

type Limits = Pick<Safety, 'maxFaultsPerTarget' | 'maxFaultsPerGroup' | 'minTimeBetweenFaults' | 'cooldown' | 'rate'>;

/** How many faults at once on one target or group, and how fast one after another. */
export function rateGuard(limits: Limits): Guard {
  return {
    rule: RULE,
    async check(intent, world) {
      return concurrency(intent, limits, world) ?? pace(intent, limits, world) ?? yes(RULE);
    },
  };
}

function concurrency({ target }: FaultIntent, limits: Limits, { active }: World): Refusal | undefined {
  const { maxFaultsPerTarget = Number.POSITIVE_INFINITY, maxFaultsPerGroup = Number.POSITIVE_INFINITY } = limits;
  const onTarget = active.filter((fault) => sameTarget(fault.target, target)).length;
  if (onTarget >= maxFaultsPerTarget) {
    return tooMany(`${onTarget + 1} on ${target.name}`, `maxFaultsPerTarget ${maxFaultsPerTarget}`);
  }
  const inGroup = active.filter((fault) => target.group !== undefined && sameGroup(fault.target, target)).length;
  if (inGroup >= maxFaultsPerGroup) {
    return tooMany(`${inGroup + 1} on group ${target.group}`, `maxFaultsPerGroup ${maxFaultsPerGroup}`);
  }
  return undefined;
}

function pace({ target }: FaultIntent, limits: Limits, { recent, clock }: World): Refusal | undefined {
  const now = clock.now();
  const { minTimeBetweenFaults, cooldown, rate } = limits;
  const last = recent.at(-1);
  if (last !== undefined && now - last.at < minTimeBetweenFaults) {
    return tooFast(now - last.at, 'after the last fault', `minTimeBetweenFaults ${minTimeBetweenFaults} ms`);
  }
  const lastHere = recent.findLast((injection) => sameThing(injection.target, target));
  if (lastHere !== undefined && now - lastHere.at < cooldown) {
    return tooFast(now - lastHere.at, `after the last fault on ${target.name}`, `cooldown ${cooldown} ms`);
  }
  if (rate === undefined) return undefined;
  const inInterval = recent.filter((injection) => now - injection.at < rate.per).length;
  return inInterval < rate.faults
    ? undefined
    : tooMany(`${inInterval + 1} in ${rate.per} ms`, `rate ${rate.faults} per ${rate.per} ms`);
}

function tooMany(value: string, limit: string): Refusal {
  return no(RULE, { value, limit, reason: 'too many faults', remedy: 'wait, or inject fewer' });
}

function tooFast(passed: number, since: string, limit: string): Refusal {
  return no(RULE, { value: `${Math.floor(passed)} ms ${since}`, limit, reason: 'too soon', remedy: 'wait' });
}

const sameGroup = (a: Target, b: Target): boolean =>
  a.kind === b.kind && a.group === b.group && a.connection === b.connection;

/** The same thing as people see it: a container that was restarted, or made anew under its old name, has not recovered. */
const sameThing = (a: Target, b: Target): boolean =>
  a.kind === b.kind && a.connection === b.connection && (a.id === b.id || a.name === b.name);
