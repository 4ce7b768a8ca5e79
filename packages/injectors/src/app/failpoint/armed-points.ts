import * as z from 'zod';
import type { Beginning } from '../app-fault.ts';
import type { Carrier } from '../board.ts';
import { asSentinel } from '../request/request-context.ts';
import { Rule } from '../request/rule.ts';
import type { RequestScope } from '../request/scope.ts';
import { type When, when } from '../request/when.ts';
import { isReplyTo } from '../sentinel.ts';
import type { FailpointActions } from './action.ts';
import { Arming, type HitFacts } from './arming.ts';
import type { DeclaredFailpoint } from './registry.ts';

/** A probability, drawn for each hit by itself. */
export const perHit = z.number().gt(0).max(1);

/** Which eligible hits fail: by count, or each with this probability. */
export const whenHit = z.union([when, z.strictObject({ perHit })]);

interface ArmOptions {
  readonly scope: RequestScope;
  readonly when: When | { readonly perHit: number };
  readonly where: HitFacts;
  readonly actions: FailpointActions;
}

/** Arms failpoints for one fault; all count together. */
export function armPoints(
  points: readonly DeclaredFailpoint[],
  { scope, when: chosen, where, actions }: ArmOptions,
  { id, clock, random }: Pick<Beginning, 'id' | 'clock' | 'random'>,
): Carrier {
  const probability = typeof chosen === 'object' && 'perHit' in chosen ? chosen.perHit : 1;
  const schedule: When = typeof chosen === 'object' && 'perHit' in chosen ? 'always' : chosen;
  const rule = new Rule({ scope, when: schedule, random, probability });
  const arming = new Arming({ id, rule, where, actions, clock, random: random.fork('actions') });
  const armed = points.map((point) => point.arm(arming));
  return {
    isLive: async () => points.every((point) => answersSentinel(point, id)),
    counters: () => rule.counters(),
    async [Symbol.asyncDispose]() {
      for (const one of armed) one[Symbol.dispose]();
    },
  };
}

function answersSentinel(point: DeclaredFailpoint, id: string): boolean {
  try {
    asSentinel(id, () => point.hitSync());
    return false;
  } catch (thrown) {
    return point.armed && isReplyTo(id, thrown);
  }
}
