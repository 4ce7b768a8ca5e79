import { isDeepStrictEqual } from 'node:util';
import { ChaosError } from '../errors.ts';
import type { Json } from '../json.ts';
import type { Condition } from './experiment.ts';
import { compilePattern } from './pattern.ts';
import { type Path, shown } from './problem.ts';
import { lookUp, resolveTemplates, type TemplateScope } from './template.ts';

export interface ConditionOutcome {
  readonly holds: boolean;
  /** Why not, for `step:skipped`. Empty when it holds. */
  readonly reason: string;
}

/**
 * Evaluates the condition of a step: every comparison given must hold. `above` and `below` take numbers and text that
 * is a number; `matches` looks anywhere in the text. With `exists`, a reference that leads nowhere is an answer;
 * without it, it throws `CHAOS_TEMPLATE_UNRESOLVED`.
 */
export function evaluateCondition(condition: Condition, scope: TemplateScope, path: Path = []): ConditionOutcome {
  const value = comparedValue(condition, scope, path);
  const failed: string[] = [];
  const demand = (held: boolean, expected: string): void => {
    if (!held) failed.push(`expected ${expected}, got ${shown(value)}`);
  };
  const operand = (key: 'equals' | 'notEquals'): Json =>
    resolveTemplates(condition[key] ?? null, scope, [...path, key]);
  if (condition.exists !== undefined) {
    demand((value !== undefined) === condition.exists, condition.exists ? 'a value' : 'no value');
  }
  if (condition.equals !== undefined) {
    const equals = operand('equals');
    demand(isDeepStrictEqual(value, equals), shown(equals));
  }
  if (condition.notEquals !== undefined) {
    const other = operand('notEquals');
    demand(!isDeepStrictEqual(value, other), `anything but ${shown(other)}`);
  }
  if (condition.above !== undefined) demand(numberOf(value) > condition.above, `more than ${condition.above}`);
  if (condition.below !== undefined) demand(numberOf(value) < condition.below, `less than ${condition.below}`);
  if (condition.matches !== undefined)
    demand(matches(condition.matches, value, scope, path), `text that matches ${condition.matches}`);
  return { holds: failed.length === 0, reason: failed.join('; ') };
}

function comparedValue({ value, exists }: Condition, scope: TemplateScope, path: Path): Json | undefined {
  const [, name] = exists !== undefined && typeof value === 'string' ? (/^\$\{([^{}]*)\}$/.exec(value) ?? []) : [];
  if (name === undefined) return resolveTemplates(value, scope, [...path, 'value']);
  const found = lookUp(name.trim(), scope);
  return found.ok ? found.value : undefined;
}

/** NaN for what is no number: no comparison with it holds. */
function numberOf(value: Json | undefined): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}

function matches(source: string, value: Json | undefined, scope: TemplateScope, path: Path): boolean {
  const pattern = compilePattern(String(resolveTemplates(source, scope, [...path, 'matches'])));
  if (!pattern.ok) throw new ChaosError('CHAOS_EXPERIMENT_INVALID', `condition: ${pattern.message}`);
  return (
    value !== undefined &&
    value !== null &&
    pattern.test(typeof value === 'object' ? JSON.stringify(value) : String(value))
  );
}
