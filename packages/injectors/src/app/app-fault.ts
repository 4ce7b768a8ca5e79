import {
  ChaosError,
  defineFault,
  type FaultAbilities,
  type FaultContext,
  type FaultInjector,
  type Feasibility,
  freshId,
  type Risk,
} from '@bridge/chaos-core';
import * as z from 'zod';
import { board, type Carrier } from './board.ts';
import { outOfReach, ownProcess, processRecord, whereabouts } from './own-process.ts';

const appUndo = z.strictObject({ id: z.string(), process: processRecord });
export type AppUndo = z.output<typeof appUndo>;

/** What a fault has to work with while it begins. */
export interface Beginning extends FaultContext {
  /** Names this effect in sentinels. */
  readonly id: string;
}

interface AppFaultDefinition<Type extends string, Params extends z.ZodType> {
  readonly type: Type;
  readonly params: Params;
  readonly risk: Risk;
  /** The part of the process that only one live fault may hold; without it faults compose. */
  readonly exclusive?: string;
  /** Why this process cannot carry it. */
  obstacle?(params: z.output<Params>): Extract<Feasibility, { possible: false }> | undefined;
  describe(params: z.output<Params>): string;
  /** Lets the effect go from another process, where there is a way. */
  releaseFromOutside?(id: string): Promise<void>;
  begin(params: z.output<Params>, beginning: Beginning): Promise<Carrier> | Carrier;
}

/**
 * A fault that lives in the memory of this process. Nothing of it can outlive the process, so no guardian has to know
 * how to revert it; `revert` finds the effect by its id and gives the host back what it had.
 */
export function appFault<const Type extends string, Params extends z.ZodType>(
  definition: AppFaultDefinition<Type, Params>,
): FaultInjector<Type, 'app', Params, typeof appUndo> & FaultAbilities<z.output<Params>, AppUndo> {
  const { type, params, risk, exclusive, obstacle, describe, begin, releaseFromOutside } = definition;
  return defineFault({
    type,
    target: 'app',
    params,
    undo: appUndo,
    survives: 'engine',
    settle: '100ms',
    risk,
    async prepare(_target, given) {
      refuse(type, obstacle?.(given));
      return { id: freshId('app'), process: await ownProcess() };
    },
    async inject(_target, given, { id }, context) {
      await board.put(id, () => begin(given, { ...context, id }), context.signal);
    },
    async revert({ id, process }) {
      const where = await whereabouts(process);
      if (where === 'here') await board.end(id);
      if (where !== 'elsewhere') return;
      if (releaseFromOutside === undefined) throw outOfReach(process);
      await releaseFromOutside(id);
    },
    async observe({ id, process }, context) {
      const where = await whereabouts(process);
      if (where === 'elsewhere') throw outOfReach(process);
      if (where === 'ended') return 'gone';
      return (await board.find(id)?.isLive(context)) === true ? 'present' : 'absent';
    },
    counters: async ({ id }) => board.find(id)?.counters?.() ?? { eligible: 0, injected: 0 },
    touches: ({ id }) => (exclusive === undefined ? [] : [`app:${id}#${exclusive}`]),
    feasible: async (_target, given) => obstacle?.(given) ?? { possible: true },
    describe: (_target, given) => `this process: ${describe(given)}`,
  });
}

function refuse(type: string, obstacle: Extract<Feasibility, { possible: false }> | undefined): void {
  if (obstacle === undefined) return;
  throw new ChaosError('CHAOS_FAULT_IMPOSSIBLE', `${type}: ${obstacle.reason}. ${obstacle.remedy}.`);
}
