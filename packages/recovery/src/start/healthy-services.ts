import type { FaultIntent, Guard, GuardOpinion, Target } from '@bridge/chaos-core';
import type { WatchtowerStatus } from '../watchtower/watchtower.ts';

const RULE = 'healthy-services';

/**
 * A share of the watched services must stay fine: those that are not, those under fault and the one that is to be broken
 * count as lost. Targets that nobody watches count for nothing.
 */
export function healthyServicesGuard(least: number, watched: () => WatchtowerStatus['targets']): Guard {
  return {
    rule: RULE,
    async check(intent, { active }) {
      const services = watched().filter(({ assessment }) => assessment.is !== 'retired');
      const underFault = [...active.map(({ target }) => target), intent.target];
      const lost = services.filter(
        ({ target, assessment }) => assessment.is !== 'fine' || underFault.some((one) => isSame(one, target)),
      );
      return opinion({ least, services: services.length, lost: lost.length }, intent);
    },
  };
}

/** A container that was made anew under its name is the same service. */
function isSame(a: Target, b: Target): boolean {
  return a.kind === b.kind && (a.id === b.id || a.name === b.name);
}

function opinion(
  { least, services, lost }: { readonly least: number; readonly services: number; readonly lost: number },
  { target }: FaultIntent,
): GuardOpinion {
  // A share such as 0.8 has no exact form.
  const most = Math.floor(services * (1 - least) + 1e-9);
  const value = `${services - lost} of ${services} would be fine`;
  if (lost <= most) return { rule: RULE, allowed: true, note: value };
  return {
    rule: RULE,
    allowed: false,
    value,
    limit: `at least ${least}`,
    reason: `too few of the watched services would be fine without ${target.name}`,
    remedy: 'wait until the others are fine again, or lower safety.min_healthy_services',
  };
}
