import type * as z from 'zod';
import type { FaultAbilities, FaultInjector } from './injector.ts';

/**
 * Declares a fault. Identity at run time; at compile time it ties params and undo record to the verbs and lets the
 * types flow into `engine.inject` and `engine.run`.
 */
export function defineFault<
  const Type extends string,
  const Kind extends string,
  Params extends z.ZodType,
  Undo extends z.ZodType,
  const Abilities extends FaultAbilities<z.output<Params>, z.output<Undo>> = object,
>(
  fault: FaultInjector<Type, Kind, Params, Undo> & Abilities & FaultAbilities<z.output<Params>, z.output<Undo>>,
): FaultInjector<Type, Kind, Params, Undo> & FaultAbilities<z.output<Params>, z.output<Undo>> {
  return fault;
}
