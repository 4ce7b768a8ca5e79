import type { DeedPlan } from './deed.ts';
import type { RecordedRun } from './recorded-run.ts';
import type { RecordedPick } from './recorded-schedule.ts';
import { targetsRecord, targetsText } from './targets-record.ts';

/** What a replay must hit: the targets of a plan that was recorded, or those that a run told it meant to break. */
export type ExpectedTargets =
  | ({ readonly from: 'plan' } & Pick<RecordedPick['deeds'][number], 'targets' | 'targetCount' | 'targetDigest'>)
  | ({ readonly from: 'run' } & Pick<RecordedRun, 'targets' | 'whole'>);

/** What the deed would hit instead, in words; undefined where it would hit the same by kind and name. */
export function difference(expected: ExpectedTargets, plan: DeedPlan): string | undefined {
  const found = targetsRecord(plan.targets);
  const same = expected.from === 'plan' ? expected.targetDigest === found.targetDigest : coversRun(expected, plan);
  if (same) return undefined;
  const then = expected.from === 'plan' ? expected : { ...expected, targetCount: expected.targets.length };
  return `hit ${targetsText(then)} then, would hit ${targetsText(found)} now`;
}

/**
 * Everything that the run hit is hit again; and nothing else, unless the run was cut short before it came to that. What a
 * plan cannot tell, since it depends on what the run sees, is left to the seed.
 */
function coversRun({ targets, whole }: Extract<ExpectedTargets, { from: 'run' }>, plan: DeedPlan): boolean {
  if (plan.open === true) return true;
  const [then, now] = [namesOf(targets), namesOf(plan.targets)];
  return isWithin(then, now) && (!whole || isWithin(now, then));
}

function isWithin(some: ReadonlySet<string>, all: ReadonlySet<string>): boolean {
  return [...some].every((name) => all.has(name));
}

function namesOf(targets: readonly { readonly kind: string; readonly name: string }[]): Set<string> {
  return new Set(targets.map(({ kind, name }) => JSON.stringify([kind, name])));
}
