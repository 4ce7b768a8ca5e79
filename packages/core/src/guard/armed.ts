import type { Guard } from './guard.ts';
import { no, yes } from './opinion.ts';

const RULE = 'armed';

/** Whether anything may be injected at all. The option in code beats `CHAOS_ENABLED` (`true` or `1`); default no. */
export function isArmed(option: boolean | undefined, environment: NodeJS.ProcessEnv): boolean {
  return option ?? ['true', '1'].includes(environment['CHAOS_ENABLED']?.trim().toLowerCase() ?? '');
}

export function armedGuard(armed: boolean): Guard {
  return {
    rule: RULE,
    async check() {
      if (armed) return yes(RULE);
      return no(RULE, {
        value: 'not armed',
        limit: 'armed',
        reason: 'the engine is not armed',
        remedy: 'say `armed: true` or set CHAOS_ENABLED=true where chaos is wanted',
      });
    },
  };
}
