import type { Guard, GuardOpinion } from './guard.ts';
import { no, yes } from './opinion.ts';
import type { Safety } from './safety.ts';

const RULE = 'environment';

type Rules = Pick<Safety, 'environments' | 'production' | 'windows' | 'allow' | 'approve'>;

/** The option in code, else `CHAOS_ENVIRONMENT`, else `NODE_ENV`; undefined when nobody says. */
export function environmentName(option: string | undefined, environment: NodeJS.ProcessEnv): string | undefined {
  return option ?? (environment['CHAOS_ENVIRONMENT'] || environment['NODE_ENV'] || undefined);
}

export function isProduction({ production }: Pick<Safety, 'production'>, environment: string | undefined): boolean {
  return environment !== undefined && production.includes(environment);
}

/** Only in listed environments; in production only with windows, an allow-list and somebody who approves. */
export function environmentGuard(rules: Rules): Guard {
  return {
    rule: RULE,
    async check({ environment }) {
      const { environments } = rules;
      if (environments !== undefined && !environments.includes(environment ?? '')) {
        return no(RULE, {
          value: environment ?? 'not named',
          limit: environments.join(', '),
          reason: 'chaos is not allowed in this environment',
          remedy: 'add it to safety.environments, or name another `environment`',
        });
      }
      return isProduction(rules, environment) ? inProduction(rules, environment ?? '') : yes(RULE);
    },
  };
}

function inProduction({ windows, allow, approve }: Rules, environment: string): GuardOpinion {
  const missing = [
    windows.length === 0 ? 'windows' : undefined,
    allow === undefined ? 'allow' : undefined,
    approve === undefined ? 'approve' : undefined,
  ].filter((option) => option !== undefined);
  if (missing.length === 0) return yes(RULE, `${environment} is production: every fault needs approval`);
  return no(RULE, {
    value: `${environment} without ${missing.join(', ')}`,
    limit: 'windows, allow and approve',
    reason: 'production needs time windows, an allow-list of targets and somebody who approves',
    remedy: `give safety.${missing.join(', safety.')}`,
  });
}
