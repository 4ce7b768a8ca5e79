import { ChaosError } from '../errors.ts';
import type { Json } from '../json.ts';
import type { AnyFault } from '../plugin.ts';
import { type FaultPolicy, policyFor } from './fault-policy.ts';
import type { FaultIntent, Guard, Refusal } from './guard.ts';
import { no, yes } from './opinion.ts';
import { memberOf, parseLimit } from './parameter-limit.ts';
import type { Safety } from './safety.ts';

const RULE = 'policy';

/** Enabled or disabled by fault type, parameter ceilings and floors, longest hold. */
export function faultPoliciesGuard({ faults, maxHold }: Pick<Safety, 'faults' | 'maxHold'>): Guard {
  return {
    rule: RULE,
    async check(intent) {
      const found = policyFor(faults, intent.fault.type);
      const longest = found?.policy.maxHold ?? maxHold;
      if (intent.hold !== undefined && intent.hold > longest) {
        return no(RULE, {
          value: `${intent.hold} ms`,
          limit: `maxHold ${longest} ms`,
          reason: 'the fault would be held for too long',
          remedy: 'shorten `for`',
        });
      }
      return found === undefined ? yes(RULE) : (broken(intent, found.name, found.policy) ?? yes(RULE));
    },
  };
}

function broken(intent: FaultIntent, name: string, policy: FaultPolicy): Refusal | undefined {
  const { type } = intent.fault;
  if (!policy.enabled) {
    return no(RULE, {
      value: type,
      limit: `${name} disabled`,
      reason: 'safety.faults disables this fault',
      remedy: 'use another fault',
    });
  }
  const parsed = intent.fault.params.safeParse(intent.params);
  if (!parsed.success) {
    const reason = 'the params cannot be compared: they are not what the fault expects';
    return no(RULE, { value: parsed.error.message, limit: `params of ${type}`, reason });
  }
  for (const [bound, limits] of [['max', policy.max] as const, ['min', policy.min] as const]) {
    for (const [parameter, limit] of Object.entries(limits)) {
      const refusal = beyond(intent, parsed.data, { bound, parameter, limit });
      if (refusal !== undefined) return refusal;
    }
  }
  return undefined;
}

interface Bound {
  readonly bound: 'max' | 'min';
  readonly parameter: string;
  readonly limit: Json;
}

/** A parameter that is left out of the parsed params is not compared: the fault does not use it. */
function beyond(intent: FaultIntent, parsed: unknown, { bound, parameter, limit }: Bound): Refusal | undefined {
  const value = memberOf(parsed, parameter);
  if (value === undefined) return undefined;
  const parsedLimit = parseLimit(intent.fault, parameter, limit, intent.params);
  const said = `${bound} ${parameter} ${limit}`;
  if (typeof value !== 'number' || parsedLimit.kind !== 'number') {
    const reason = parsedLimit.kind === 'unusable' ? parsedLimit.reason : 'it is not a quantity';
    return no(RULE, { value: `${parameter} ${String(value)}`, limit: said, reason: `cannot be compared: ${reason}` });
  }
  const within = bound === 'max' ? value <= parsedLimit.value : value >= parsedLimit.value;
  if (within) return undefined;
  const given = intent.params[parameter];
  return no(RULE, {
    value: `${parameter} ${given === undefined ? value : String(given)}`,
    limit: said,
    reason: `the parameter is ${bound === 'max' ? 'above its ceiling' : 'below its floor'}`,
    remedy: `use ${bound === 'max' ? 'at most' : 'at least'} ${limit}`,
  });
}

/**
 * Checks `safety.faults` against the faults there are, so that a misspelled rule is not silently without effect. Throws
 * `CHAOS_OPTIONS_INVALID` naming the path.
 */
export function verifyFaultPolicies({ faults: policies }: Pick<Safety, 'faults'>, faults: readonly AnyFault[]): void {
  for (const [name, policy] of Object.entries(policies)) {
    const governed = faults.filter(({ type }) => policyFor({ [name]: policy }, type) !== undefined);
    if (governed.length === 0) {
      const known = faults.map(({ type }) => type).join(', ');
      throw invalid(['faults', name], `no plugin provides a fault of this name; there are: ${known}`);
    }
    for (const bound of ['max', 'min'] as const) {
      for (const [parameter, limit] of Object.entries(policy[bound])) {
        const problem = limitProblem(governed, parameter, limit);
        if (problem !== undefined) throw invalid(['faults', name, bound, parameter], problem);
      }
    }
  }
}

/** A limit for many faults must fit at least one of them, and be usable for all it fits. */
function limitProblem(faults: readonly AnyFault[], parameter: string, limit: Json): string | undefined {
  const parsed = faults.map((fault) => ({ fault, limit: parseLimit(fault, parameter, limit, {}) }));
  if (parsed.every((one) => one.limit.kind === 'absent')) {
    return `${faults.map(({ type }) => type).join(', ')} has no parameter "${parameter}"`;
  }
  for (const one of parsed) {
    const isPlain = 'shape' in one.fault.params;
    if (one.limit.kind === 'unusable' && isPlain) return `${one.fault.type}: ${one.limit.reason}`;
  }
  return undefined;
}

function invalid(path: readonly string[], problem: string): ChaosError {
  const where = ['safety', ...path].join('.');
  return new ChaosError('CHAOS_OPTIONS_INVALID', `${where}: ${problem}`, { details: { path: where } });
}
