import { ChaosError } from '@bridge/chaos-core';

/** What the experiment's author must change: where, what was expected, what came, what to do. */
export function invalid(path: string, expected: string, got?: string): ChaosError {
  const came = got === undefined ? '' : `, got ${got}`;
  const where = path === '' ? 'the experiment' : path;
  return new ChaosError('CHAOS_EXPERIMENT_INVALID', `${where}: expected ${expected}${came}`, { details: { path } });
}

const LONGEST = 80;

/** A value as part of a message. */
export function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value));
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
