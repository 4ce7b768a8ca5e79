import { INJECTORS } from './injector-keys.ts';
import { INTEGRATION } from './integration-keys.ts';
import type { Key, KeySource, RefusedKey } from './key.ts';
import { RUNTIME } from './runtime-keys.ts';
import { OWN_SAFETY, REFUSED_SAFETY, SAFETY } from './safety-keys.ts';
import { SCHEDULE_MEMBERS, SCHEDULES } from './schedule-keys.ts';

/** Every key that is accepted. */
export const KEYS: readonly Key[] = [
  ...Object.values(RUNTIME),
  ...Object.values(SAFETY),
  ...Object.values(INJECTORS),
  ...Object.values(INTEGRATION),
  SCHEDULES,
  ...OWN_SAFETY,
];

/** Every key that is known and refused. */
export const REFUSED: readonly RefusedKey[] = [
  ...REFUSED_SAFETY,
  {
    path: 'scenarios',
    source: '001',
    reason: 'scenarios are no settings',
    instead: 'keep them in a file of their own and load that as a scenario',
  },
  {
    path: 'services',
    source: '003',
    reason: 'it belongs to Docker Compose, or to what deploys the services',
    instead: "say `foreign: ['services']` when this file is shared with it",
  },
];

/** One key for tables: what becomes of it. */
export interface ConfigurationKey {
  readonly path: string;
  /** Number of the document it comes from; `own`: of this SDK. */
  readonly source: KeySource;
  readonly standing: 'accepted' | 'refused';
  /** As it would be written; null when nothing applies unless the key is given. */
  readonly fallback: string | null;
  readonly variable: string | null;
  /** What it does, or why it is refused and what to write instead. */
  readonly meaning: string;
}

/** Everything that may be written in a configuration, and what is known and refused. */
export const CONFIGURATION_KEYS: readonly ConfigurationKey[] = [
  ...KEYS.map(({ path, source, fallback, variable, meaning }) => ({
    path,
    source,
    standing: 'accepted' as const,
    fallback: fallback === undefined ? null : JSON.stringify(fallback),
    variable: variable?.name ?? null,
    meaning,
  })),
  ...SCHEDULE_MEMBERS.map((member) => ({ ...member, standing: 'accepted' as const, fallback: null, variable: null })),
  ...REFUSED.map(({ path, source, reason, instead }) => ({
    path,
    source,
    standing: 'refused' as const,
    fallback: null,
    variable: null,
    meaning: `${reason}; ${instead}`,
  })),
];
