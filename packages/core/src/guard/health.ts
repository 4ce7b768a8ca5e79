import type { Guard, GuardOpinion, ProbeHealth } from './guard.ts';
import { no, yes } from './opinion.ts';
import type { Safety } from './safety.ts';

const RULE = 'health';

/** Nothing is injected into a system that is not healthy already, or whose health is not known. */
export function healthGuard({ requireHealthy }: Pick<Safety, 'requireHealthy'>): Guard {
  return {
    rule: RULE,
    async check(_intent, world) {
      if (!requireHealthy) return yes(RULE, 'safety.requireHealthy is off');
      if (world.purpose === 'plan') return yes(RULE, 'probes will be asked before the start');
      return healthOpinion(await world.health());
    },
  };
}

/** What the looks of the steady-state probes mean for a start. */
export function healthOpinion(looks: readonly ProbeHealth[]): GuardOpinion {
  if (looks.length === 0) return yes(RULE, 'no probe to ask');
  const bad = looks.filter(({ health }) => health !== 'healthy');
  if (bad.length === 0) return yes(RULE);
  return no(RULE, {
    value: bad.map(({ probe, health, detail }) => `${probe} ${health}${detail ? ` (${detail})` : ''}`).join(', '),
    limit: 'healthy',
    reason: 'the system is not healthy before the fault',
    remedy: 'repair it first',
  });
}
