import { sameTarget, type Target } from '../target/target.ts';
import type { Guard, GuardOpinion, World } from './guard.ts';
import { no, yes } from './opinion.ts';
import type { Safety } from './safety.ts';

const RULE = 'blast-radius';

type Limits = Pick<Safety, 'maxActiveFaults' | 'maxShareOfGroup' | 'minHealthy'>;

/** How much may be broken at once: in all, and of the target's group. A target without a group is not in one. */
export function blastRadiusGuard(limits: Limits): Guard {
  return {
    rule: RULE,
    async check({ target }, world) {
      const { maxActiveFaults } = limits;
      if (world.active.length >= maxActiveFaults) {
        return no(RULE, {
          value: `${world.active.length + 1} active faults`,
          limit: `maxActiveFaults ${maxActiveFaults}`,
          reason: 'too many faults would be alive at once',
          remedy: 'wait until one is reverted',
        });
      }
      return target.group === undefined ? yes(RULE, 'the target has no group') : inGroup(target, limits, world);
    },
  };
}

async function inGroup(target: Target, limits: Limits, world: World): Promise<GuardOpinion> {
  const { members, underFault } = await world.group(target);
  const broken = distinct([...underFault, target]);
  const all = distinct([...members, ...broken]);
  const allowed = Math.max(1, Math.floor(limits.maxShareOfGroup * all.length));
  if (broken.length > allowed) {
    return no(RULE, {
      value: `${broken.length} of ${all.length} in ${target.group}`,
      limit: `maxShareOfGroup ${limits.maxShareOfGroup}: ${allowed} of ${all.length}`,
      reason: 'too large a share of the group would be under fault at once',
      remedy: 'pick fewer, or wait until one is reverted',
    });
  }
  const healthy = members.filter((member) => !broken.some((other) => sameTarget(member, other))).length;
  if (healthy >= limits.minHealthy) return yes(RULE, `${broken.length} of ${all.length} in ${target.group}`);
  return no(RULE, {
    value: `${healthy} left without a fault in ${target.group}`,
    limit: `minHealthy ${limits.minHealthy}`,
    reason: 'too few members of the group would stay without a fault',
    remedy: 'start more members, or wait until one is reverted',
  });
}

function distinct(targets: readonly Target[]): Target[] {
  return targets.filter((target, at) => targets.findIndex((other) => sameTarget(other, target)) === at);
}
