import { ChaosError } from '@bridge/chaos-core';
import type * as z from 'zod';
import type { Action } from '../action/action.ts';
import type { ActionRegistry } from '../action/action-registry.ts';
import type { Playbook, PlaybookCheck } from './playbook.ts';

/**
 * Looks, long before any incident, whether every action of a playbook exists and takes the options written for it. What
 * a reference stands for is only known when it is filled in.
 *
 * @throws {ChaosError} CHAOS_ACTION_UNKNOWN, CHAOS_PLAYBOOK_INVALID.
 */
export function checkActions({ name, steps, outcomes, verify }: Playbook, actions: ActionRegistry): void {
  for (const step of [...steps, ...Object.values(outcomes).flat()]) checkOptions(`${name}: ${step.id}`, step, actions);
  for (const [index, check] of verify.entries()) {
    const { effect } = checkOptions(`${name}: verify.${index}`, check, actions);
    if (effect === 'reads') continue;
    const message = `${name}: expected verify to name actions that only look, got ${check.action}`;
    throw new ChaosError('CHAOS_PLAYBOOK_INVALID', message);
  }
}

function checkOptions(where: string, check: Pick<PlaybookCheck, 'action' | 'with'>, actions: ActionRegistry): Action {
  const action = actions.get(check.action);
  const parsed = action.options.safeParse(check.with);
  const problems = parsed.success ? [] : parsed.error.issues.filter((issue) => !isOpen(check.with, issue));
  if (problems.length === 0) return action;
  const lines = problems.map(({ path, message }) => `with${path.map((key) => `.${String(key)}`).join('')}: ${message}`);
  throw new ChaosError('CHAOS_PLAYBOOK_INVALID', `${where} (${check.action}): ${lines.join('; ')}`);
}

/** Whether a reference stands where the issue was found. */
function isOpen(options: unknown, { code, path }: z.core.$ZodIssue): boolean {
  if (code === 'unrecognized_keys') return false;
  let found: unknown = options;
  for (const key of path) found = typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined;
  return JSON.stringify(found ?? null).includes('${');
}
