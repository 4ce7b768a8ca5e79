import type { Guard } from './guard.ts';
import { no, yes } from './opinion.ts';
import type { Safety } from './safety.ts';

const RULE = 'opt-in';

/** With `safety.optIn`, only targets that carry these labels. */
export function optInLabelsGuard({ optIn }: Pick<Safety, 'optIn'>): Guard {
  return {
    rule: RULE,
    async check({ target }) {
      const missing = Object.entries(optIn).filter(([label, value]) => target.labels[label] !== value);
      if (missing.length === 0) return yes(RULE);
      const text = (pairs: readonly (readonly [string, string | undefined])[]): string =>
        pairs.map(([label, value]) => (value === undefined ? `no ${label}` : `${label}=${value}`)).join(', ');
      return no(RULE, {
        value: text(missing.map(([label]) => [label, target.labels[label]])),
        limit: text(missing),
        reason: 'the target did not opt in to chaos',
        remedy: 'label it, if its owner agrees',
      });
    },
  };
}
