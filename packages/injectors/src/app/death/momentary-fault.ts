import {
  ChaosError,
  defineFault,
  type FaultAbilities,
  type FaultInjector,
  type Feasibility,
  freshId,
  type Risk,
} from '@bridge/chaos-core';
import * as z from 'zod';
import type { Beginning } from '../app-fault.ts';
import { ownProcess, processRecord, whereabouts } from '../own-process.ts';
import { processWide } from '../process-wide.ts';

const momentaryUndo = z.strictObject({ id: z.string(), process: processRecord });
type MomentaryUndo = z.output<typeof momentaryUndo>;

interface MomentaryDefinition<Type extends string, Params extends z.ZodType> {
  readonly type: Type;
  readonly params: Params;
  readonly risk: Risk;
  obstacle?(params: z.output<Params>): Extract<Feasibility, { possible: false }> | undefined;
  describe(params: z.output<Params>): string;
  /** Resolves with whether it was seen to happen; never, when the process ends by it. */
  strike(params: z.output<Params>, beginning: Beginning): Promise<boolean>;
}

/** Ids of what was seen to happen in this process. */
const struck = processWide('struck', () => new Set<string>());

/** Something that happens once in this process. Nothing holds it, and nothing of it can be put back. */
export function momentaryFault<const Type extends string, Params extends z.ZodType>({
  type,
  params,
  risk,
  obstacle,
  describe,
  strike,
}: MomentaryDefinition<Type, Params>): FaultInjector<Type, 'app', Params, typeof momentaryUndo> &
  FaultAbilities<z.output<Params>, MomentaryUndo> {
  return defineFault({
    type,
    target: 'app',
    params,
    undo: momentaryUndo,
    survives: 'engine',
    settle: '100ms',
    risk,
    momentary: true,
    async prepare(_target, given) {
      const no = obstacle?.(given);
      if (no !== undefined) throw new ChaosError('CHAOS_FAULT_IMPOSSIBLE', `${type}: ${no.reason}. ${no.remedy}.`);
      return { id: freshId('app'), process: await ownProcess() };
    },
    async inject(_target, given, { id }, context) {
      context.signal.throwIfAborted();
      if (await strike(given, { ...context, id })) struck.add(id);
    },
    async revert({ id }) {
      struck.delete(id);
    },
    ended: async ({ id, process }) => struck.has(id) || (await whereabouts(process)) === 'ended',
    observe: async () => 'gone',
    touches: () => [],
    feasible: async (_target, given) => obstacle?.(given) ?? { possible: true },
    describe: (_target, given) => `this process: ${describe(given)}`,
  });
}
