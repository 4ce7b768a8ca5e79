import type { Guard } from './guard.ts';
import { no, yes } from './opinion.ts';
import type { Safety } from './safety.ts';
import { matchesTarget, patternText } from './target-pattern.ts';

const RULE = 'protected';

/** Targets that can never be touched: what their source protects, and `safety.protect`. */
export function protectedTargetsGuard({ protect }: Pick<Safety, 'protect'>): Guard {
  return {
    rule: RULE,
    async check({ target }, world) {
      const builtIn = await world.protects(target);
      if (builtIn !== undefined) {
        return no(RULE, {
          value: target.name,
          limit: 'built in',
          reason: `the target is always protected: ${builtIn}`,
        });
      }
      const pattern = protect.find((candidate) => matchesTarget(candidate, target));
      if (pattern === undefined) return yes(RULE);
      return no(RULE, {
        value: target.name,
        limit: patternText(pattern),
        reason: 'safety.protect names the target',
        remedy: 'pick another target',
      });
    },
  };
}
