import { ChaosError, type ErrorCode, messageOf } from '../errors.ts';
import type { FaultIntent, Guard, GuardOpinion, Refusal, World } from './guard.ts';

/** Guards in the order they are asked. */
export interface GuardChain {
  readonly guards: readonly Guard[];
  /** Every guard's opinion, in order, also after a refusal: for plans. Never rejects because of a guard. */
  checkAll(intent: FaultIntent, world: World): Promise<readonly GuardOpinion[]>;
  /** The first no, or undefined when the fault may be injected. */
  firstRefusal(intent: FaultIntent, world: World): Promise<Refusal | undefined>;
}

export function guardChain(guards: readonly Guard[]): GuardChain {
  return {
    guards,
    async checkAll(intent, world) {
      const opinions: GuardOpinion[] = [];
      for (const guard of guards) opinions.push(await opinionOf(guard, intent, world));
      return opinions;
    },
    async firstRefusal(intent, world) {
      for (const [position, guard] of guards.entries()) {
        const opinion = await opinionOf(guard, intent, world);
        if (!opinion.allowed) return opinion;
        if (guard.waits !== true || world.purpose === 'plan') continue;
        const refusal = await recheck(guards.slice(0, position), intent, world);
        if (refusal !== undefined) return refusal;
      }
      return undefined;
    },
  };
}

/** An approval can take minutes; what was true before it was asked for may not be any more. */
async function recheck(guards: readonly Guard[], intent: FaultIntent, world: World): Promise<Refusal | undefined> {
  for (const guard of guards) {
    if (guard.waits === true) continue;
    const opinion = await opinionOf(guard, intent, world);
    if (!opinion.allowed) return opinion;
  }
  return undefined;
}

async function opinionOf(guard: Guard, intent: FaultIntent, world: World): Promise<GuardOpinion> {
  try {
    return await guard.check(intent, world);
  } catch (thrown) {
    world.signal.throwIfAborted();
    return {
      rule: guard.rule,
      allowed: false,
      value: 'not known',
      limit: 'known',
      reason: `the rule could not be checked: ${messageOf(thrown)}`,
    };
  }
}

const CODE_OF_RULE: Readonly<Record<string, ErrorCode>> = {
  'emergency-stop': 'CHAOS_EMERGENCY_STOPPED',
  approval: 'CHAOS_APPROVAL_REJECTED',
};

/** The error of a refused fault: rule, value, limit, reason and remedy in message and details. */
export function refusalError(refusal: Refusal, intent: FaultIntent): ChaosError {
  const { rule, value, limit, reason, remedy } = refusal;
  const what = `${intent.fault.type} on ${intent.target.kind} "${intent.target.name}"`;
  const advice = remedy === undefined ? '' : `; ${remedy}`;
  const code = CODE_OF_RULE[rule] ?? 'CHAOS_GUARD_REFUSED';
  return new ChaosError(code, `${what} refused by rule "${rule}": ${reason} (is ${value}, limit ${limit})${advice}`, {
    details: { rule, value, limit, reason, remedy, fault: intent.fault.type, target: intent.target.name },
  });
}
