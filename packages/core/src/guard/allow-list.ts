import type { Guard } from './guard.ts';
import { no, yes } from './opinion.ts';
import type { Safety } from './safety.ts';
import { matchesTarget, patternText } from './target-pattern.ts';

const RULE = 'allow-list';

/** With `safety.allow`, only targets it names. */
export function allowListGuard({ allow }: Pick<Safety, 'allow'>): Guard {
  return {
    rule: RULE,
    async check({ target }) {
      if (allow === undefined || allow.some((pattern) => matchesTarget(pattern, target))) return yes(RULE);
      return no(RULE, {
        value: target.name,
        limit: allow.map(patternText).join(', '),
        reason: 'safety.allow does not name the target',
        remedy: 'pick a target that it names, or add this one',
      });
    },
  };
}
